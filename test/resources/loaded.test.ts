import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Script, sh, steps } from '../../src/base/shell.ts';
import type { Loadable } from '../../src/resources/index.ts';
import { outdated, parseDigests, parseNote, printDigests } from '../../src/resources/loaded.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-loaded-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const print = (script: Script): string =>
  execFileSync('/bin/sh', ['-s'], { input: script.source, encoding: 'utf8' });

const files = (names: readonly string[]): Loadable[] => names.map((name) => ({ type: 'file', path: name }));

describe('the digests of what a unit loads', () => {
  test('take one process for any number of files', () => {
    const names = Array.from({ length: 300 }, (_, index) => join(folder, `it's file ${index}`));
    for (const name of names) writeFileSync(name, name);
    for (const tool of ['sha256sum', 'stat']) {
      writeFileSync(
        join(folder, tool),
        `#!/bin/sh\necho x >>${folder}/calls-${tool}\nexec /usr/bin/${tool} "$@"\n`,
      );
      chmodSync(join(folder, tool), 0o755);
    }
    const stdout = print(steps(sh`PATH=${folder}:$PATH`, printDigests(files(names))));
    const digests = parseDigests(stdout);
    expect(digests.map(({ of }) => of)).toEqual(names.map((name) => `file:${name}`));
    expect(new Set(digests.map(({ digest }) => digest)).size).toBe(300);
    expect(['stat', 'sha256sum'].map((tool) => readFileSync(join(folder, `calls-${tool}`), 'utf8'))).toEqual([
      'x\n',
      'x\n',
    ]);
  });

  test('leave out what is missing, and never wait for a pipe', () => {
    writeFileSync(join(folder, 'there'), 'x');
    symlinkSync('there', join(folder, 'link'));
    const names = ['gone', 'pipe', 'there', 'link'].map((name) => join(folder, name));
    const stdout = print(steps(sh`mkfifo ${join(folder, 'pipe')}`, printDigests(files(names))));
    expect(parseDigests(stdout).map(({ of }) => of)).toEqual(names.slice(2).map((name) => `file:${name}`));
  });

  test('of a package are its version and the time of its list', () => {
    const text = 'version 1.22.1-9 nginx\nversion 1 gone\n1700000000 at:/var/lib/dpkg/info/nginx.list\n';
    expect(parseDigests(text)).toEqual([{ digest: '1.22.1-9', changedAt: 1_700_000_000, of: 'package:nginx' }]);
  });

  test('stand in a note as they were printed, or one on a line', () => {
    const sum = 'a'.repeat(64);
    const printed = `${'b'.repeat(32)}\n${sum}  /etc/a\n1700000000 at:/etc/a\n`;
    const listed = `${'b'.repeat(32)}\n${sum} 1700000000 file:/etc/a\n`;
    expect(parseNote(printed)).toEqual(parseNote(listed));
    expect(parseNote(printed)?.digests).toEqual(new Map([['file:/etc/a', sum]]));
  });
});

describe('what a running unit has not loaded', () => {
  const run = 'b'.repeat(32);
  const [old, other] = ['a'.repeat(64), 'c'.repeat(64)];
  const note = parseNote(`${run}\n${old}  /etc/a\n1000 at:/etc/a\n`);

  test.each<[string, string, number, boolean, readonly string[]]>([
    ['nothing has changed', old, 1000, true, []],
    ['a file has changed', other, 2000, false, ['/etc/a']],
    ['a file was written again as it was: only a start counts, and there was none', old, 2000, false, []],
    ['the same where a reload counts, which anybody may have made in between', old, 2000, true, ['/etc/a']],
  ])('%s', (_title, digest, changedAt, isReload, expected) => {
    const digests = [{ of: 'file:/etc/a', digest, changedAt }];
    expect(outdated({ invocation: run, startedAt: 900, note, digests, isReload })).toEqual(expected);
  });
});
