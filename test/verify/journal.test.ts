import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { newestLines } from '../../src/verify/journal.ts';

/** As the real one since systemd 237: the newest lines, the newest one first. */
const JOURNALCTL = `#!/bin/sh
while test $# -gt 0; do case $1 in -n) count=$2; shift ;; --grep) pattern=$2; shift ;; esac; shift; done
printf '%s\\n' 'refused 4' other 'refused 3' 'refused 2' 'refused 1' | grep -E -- "$pattern" | head -n "$count"
`;

test('the newest lines of a journal are told in the order in which they were written', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'journal-'));
  writeFileSync(path.join(folder, 'journalctl'), JOURNALCTL);
  chmodSync(path.join(folder, 'journalctl'), 0o755);
  const said = execFileSync('sh', ['-s'], {
    input: newestLines('refused', 2, sh`-u pulsar.service`).source,
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  expect(said).toBe('refused 3\nrefused 4\n');
});
