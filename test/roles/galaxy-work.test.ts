import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { workIn } from '../../src/roles/galaxy/work.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'galaxy work-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs the script with a psql that gives these rows; the table `job` is there unless rows are undefined. */
function listed(
  rows: readonly string[] | undefined,
  back: readonly string[],
  backSince = new Date(),
  started = new Date(Date.now() - 60 * 60_000),
): string {
  for (const job of back) {
    mkdirSync(path.join(root, 'jobs', job, 'metadata'), { recursive: true });
    const output = path.join(root, 'jobs', job, 'metadata/tool_stdout');
    writeFileSync(output, '');
    utimesSync(output, backSince, backSince);
  }
  writeFileSync(
    path.join(root, 'runuser'),
    `#!/bin/sh\ncase "$*" in *to_regclass*) ${rows ? 'echo job' : ':'};; *) printf '%s\\n' ${(rows ?? []).map((row) => `'${row}'`).join(' ')};; esac\n`,
  );
  writeFileSync(path.join(root, 'systemctl'), `#!/bin/sh\necho @${Math.floor(started.getTime() / 1000)}\n`);
  for (const program of ['runuser', 'systemctl']) chmodSync(path.join(root, program), 0o755);
  const work = workIn({
    database: 'galaxy',
    localRunners: ['local'],
    runners: ['local', 'far'],
    jobsDirectory: `${root}/jobs`,
  });
  const env = { ...process.env, PATH: `${root}:${process.env.PATH}` };
  return execFileSync('sh', ['-s'], { input: work.list.source, encoding: 'utf8', env });
}

describe('what Galaxy has in hand', () => {
  test.each<[string, readonly string[] | undefined, readonly string[], string]>([
    ['of a Galaxy that was never started', undefined, [], ''],
    ['with a job of its own host', ['local 7 upload1'], [], 'cut 7 upload1 on its own host\n'],
    ['with a job whose runner is taken out', ['gone 9 bwa'], [], 'cut 9 bwa by a runner that goes\n'],
    ['with a job that runs elsewhere, which goes on', ['remote 8 bwa'], [], ''],
    ['with a job whose results are there', ['remote 8 bwa'], ['000/8'], 'cut 8 bwa coming back\n'],
    ['by the folder of a four-digit job', ['remote 1234 bwa'], ['001/1234'], 'cut 1234 bwa coming back\n'],
    [
      'by the folder of a six-digit job',
      ['remote 123456 bwa'],
      ['000/123/123456'],
      'cut 123456 bwa coming back\n',
    ],
    [
      'by the folder of a seven-digit job',
      ['remote 1234567 bwa'],
      ['001/234/1234567'],
      'cut 1234567 bwa coming back\n',
    ],
  ])('%s', (_title, rows, back, expected) => {
    expect(listed(rows, back)).toBe(expected);
  });

  test('with jobs elsewhere that are queued, as short ones are until the end', () => {
    const { list } = workIn({
      database: 'galaxy',
      localRunners: ['local'],
      runners: ['local', 'far'],
      jobsDirectory: '/jobs',
    });
    expect(list.source).toMatch(/queued\S* and job_runner_name not in /);
  });

  test('knows by their names which runners are taken out, where it can read which there are', () => {
    const places = { database: 'galaxy', localRunners: ['local'], jobsDirectory: '/jobs' };
    expect(workIn({ ...places, runners: ["o'k"] }).list.source).toContain('not in (');
    expect(workIn({ ...places, runners: undefined }).list.source).not.toContain("then 'gone");
  });

  test('with a job whose results have been there for long, of which a Galaxy that hears nothing was not told', () =>
    expect(listed(['remote 8 bwa'], ['000/8'], new Date(Date.now() - 20 * 60_000))).toBe(
      'again 8 bwa coming back\n',
    ));

  test.each<[string, number, number, string]>([
    [
      'that came back before Galaxy was started, which it does not know of',
      40,
      30,
      'forgotten 8 bwa coming back\n',
    ],
    [
      'that came back just before Galaxy was started, which it may still hear of',
      20,
      5,
      'again 8 bwa coming back\n',
    ],
    ['that came back to the Galaxy that runs', 20, 30, 'again 8 bwa coming back\n'],
  ])('with results %s', (_title, backMinutes, startMinutes, expected) => {
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    expect(listed(['remote 8 bwa'], ['000/8'], ago(backMinutes), ago(startMinutes))).toBe(expected);
  });
});
