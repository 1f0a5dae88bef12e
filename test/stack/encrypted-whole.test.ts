/** Files of variables that are encrypted as a whole, words, switches, paths and all, as `ansible-vault encrypt` leaves them. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { gatdeploy } from '../support/cli.ts';
import { declareOffline } from '../support/offline.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../fixtures/gat-repo');
const FILES = ['all', 'dbservers', 'galaxyservers', 'pulsarservers'].map((name) => `group_vars/${name}.yml`);

async function lintOf(cwd: string): Promise<readonly string[]> {
  const { stdout } = await gatdeploy(['lint'], { cwd });
  return stdout.match(/^ +[0-9]+:[0-9]+ +(?:error|warning) L[0-9]+/gm) ?? [];
}

test('declare what they declare in plain', async () => {
  const cwd = mkdtempSync(path.join(tmpdir(), 'gatdeploy-encrypted-'));
  try {
    cpSync(REPOSITORY, cwd, { recursive: true });
    const plain = await declareOffline(cwd, ['galaxy', 'pulsar']);
    const told = await lintOf(cwd);
    const { code, stderr } = await gatdeploy(['vault', 'encrypt', ...FILES], { cwd });
    expect(code, stderr).toBe(0);
    expect(await declareOffline(cwd, ['galaxy', 'pulsar'])).toEqual(plain);
    expect(await lintOf(cwd)).toEqual(told);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
});
