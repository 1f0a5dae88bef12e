import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { gatdeploy } from '../support/cli.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

type Loader = { compile(folder: string): { script: { cachedDataRejected?: boolean } } };
const { compile } = (await import(join(ROOT, 'bin/load.js'))) as Loader;

/** A copy of the bundle and its compiled form. */
function copy(): { readonly folder: string; readonly compiled: string } {
  const folder = mkdtempSync(join(tmpdir(), 'gatdeploy-bundle-'));
  folders.push(folder);
  for (const name of ['main.cjs', 'main.cjs.compiled']) cpSync(join(ROOT, 'dist', name), join(folder, name));
  return { folder, compiled: join(folder, 'main.cjs.compiled') };
}

test('the version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const flag of ['--version', '-V'])
    expect(await gatdeploy([flag], { cwd: ROOT })).toMatchObject({ code: 0, stdout: `${version}\n` });
});

test('the compiled form that the build keeps fits the bundle', () => {
  expect(compile(copy().folder).script.cachedDataRejected).toBe(false);
});

test('a compiled form of another build, or a broken one, is left alone', () => {
  const other = copy();
  const bytes = readFileSync(other.compiled);
  writeFileSync(other.compiled, Buffer.concat([bytes.subarray(0, -2), Buffer.from('?\n')]));
  expect(compile(other.folder).script.cachedDataRejected).toBeUndefined();
  writeFileSync(other.compiled, 'nothing');
  expect(compile(other.folder).script.cachedDataRejected).toBeUndefined();
});
