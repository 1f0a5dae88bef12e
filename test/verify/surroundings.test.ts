import { describe, expect, test } from 'vitest';
import { clock } from '../../src/verify/checks/clock.ts';
import { closedFiles } from '../../src/verify/checks/closed-files.ts';
import { freeSpace } from '../../src/verify/checks/space.ts';

const out = (stdout: string) => ({ code: 0, stdout, stderr: '' });

describe('clocks', () => {
  const check = clock({ id: 'x', from: 'pulsar', server: 'galaxy.lab.test' });
  test.each<[string, string, boolean, RegExp]>([
    ['agree', '1732310000 1732309998\nkept\n', true, /within 60 s; synchronised/],
    ['agree by chance', '1732310000 1732310030\nalone\n', true, /nothing keeps it right/],
    ['differ by an hour', '1732313600 1732310000\nalone\n', false, /3600 s ahead of galaxy/],
    ['differ by a day the other way', '1732223600 1732310000\ncontainer\n', false, /86400 s behind/],
    ['are not compared where the server is silent', '1732310000 \nkept\n', true, /tells no time/],
  ])('%s', (_title, stdout, ok, got) => {
    const verdict = check.judge(out(stdout));
    expect(verdict.ok).toBe(ok);
    expect(verdict.got).toMatch(got);
    expect(verdict.fix !== undefined).toBe(!ok);
  });
});

describe('room', () => {
  const check = freeSpace({ id: 'x', host: 'pulsar', path: '/mnt/pulsar', gigabytes: 5 });
  const df = (blocks: number, inodes: string) =>
    out(`/dev/vda1 100000000 1 ${blocks} 1% /mnt\n/dev/vda1 1000000 1 ${inodes} 1% /mnt\n`);
  test.each<[string, ReturnType<typeof out>, boolean, RegExp]>([
    ['is enough', df(20 * 1024 ** 2, '900000'), true, /^20 GB free$/],
    ['is short', df(1024 ** 2, '900000'), false, /^1\.0 GB free$/],
    ['is of no use without inodes', df(20 * 1024 ** 2, '12'), false, /12 inodes only/],
    ['has no table of inodes', df(20 * 1024 ** 2, '-'), true, /20 GB/],
  ])('%s', (_title, output, ok, got) => {
    expect(check.judge(output)).toMatchObject({ ok, got: expect.stringMatching(got) });
  });
});

describe('files with secrets', () => {
  const check = closedFiles({ id: 'x', host: 'galaxy', files: ['/etc/a.yml'], folders: ['/etc'] });
  test.each<[string, string, boolean, RegExp]>([
    ['are closed', '', true, /^closed$/],
    ['have old copies that are closed', 'old /etc/a.yml.12.2022@10:00:00~\n', true, /1 old copy/],
    ['have an old copy for everybody', 'open /etc/a.yml.12~\n', false, /others can read \/etc\/a\.yml\.12~/],
  ])('%s', (_title, stdout, ok, got) => {
    expect(check.judge(out(stdout))).toMatchObject({ ok, got: expect.stringMatching(got) });
  });
});
