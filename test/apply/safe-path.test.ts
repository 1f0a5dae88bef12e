import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { defineSafePaths } from '../../src/apply/safe-path.ts';
import { sh, steps } from '../../src/base/shell.ts';

describe('folders that are missing', () => {
  test.each(['dash', 'bash'])('are made from the top one down, by %s', (shell) => {
    const script = steps(
      defineSafePaths,
      sh`mkdir() { echo "mkdir in $PWD: $2"; }
gd_folders /gatdeploy-no-such-folder`,
    );
    expect(execFileSync(shell, ['-eu', '-c', script.source], { encoding: 'utf8' })).toBe(
      'mkdir in /: ./gatdeploy-no-such-folder\n',
    );
  });
});
