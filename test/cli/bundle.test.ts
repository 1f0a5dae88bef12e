import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { gatdeploy } from '../support/cli.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

type Bundle = { readonly kept?: string };
type Loader = { compile(folder: string): Bundle; renderCompiled(bundle: Bundle): Buffer };
const { compile, renderCompiled } = (await import(join(ROOT, 'bin/load.js'))) as Loader;

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

test('a compiled form that is kept by this version of Node fits the bundle', () => {
  const { folder, compiled } = copy();
  writeFileSync(compiled, renderCompiled(compile(folder)));
  expect(compile(folder).kept).toBe(compiled);
});

test('a compiled form of another build, or a broken one, is left alone', () => {
  const other = copy();
  const bytes = readFileSync(other.compiled);
  writeFileSync(other.compiled, Buffer.concat([bytes.subarray(0, -2), Buffer.from('?\n')]));
  expect(compile(other.folder).kept).not.toBe(other.compiled);
  writeFileSync(other.compiled, 'nothing');
  expect(compile(other.folder).kept).not.toBe(other.compiled);
});

test("without the build's, the first run keeps one for the next, which only its user can read, and forgets old ones", async () => {
  const cache = mkdtempSync(join(tmpdir(), 'gatdeploy-cache-'));
  folders.push(cache);
  const { folder } = copy();
  rmSync(join(folder, 'main.cjs.compiled'));
  mkdirSync(join(folder, 'bin'));
  for (const name of ['gatdeploy', 'load.js', 'package.json'])
    cpSync(join(ROOT, 'bin', name), join(folder, 'bin', name));
  mkdirSync(join(folder, 'dist'));
  renameSync(join(folder, 'main.cjs'), join(folder, 'dist/main.cjs'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module", "version": "0"}');
  mkdirSync(join(cache, 'gatdeploy'), { mode: 0o700 });
  for (const name of ['compiled-0-node-v20', 'facts-0.json']) {
    writeFileSync(join(cache, 'gatdeploy', name), '', { mode: 0o600 });
    utimesSync(join(cache, 'gatdeploy', name), 0, 0);
  }
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  execFileSync(process.execPath, [join(folder, 'bin/gatdeploy'), '--help'], { env });
  const left = readdirSync(join(cache, 'gatdeploy'));
  expect(left.filter((name) => /-0/.test(name))).toEqual(['facts-0.json']);
  const kept = left.flatMap((name) => (name === 'facts-0.json' ? [] : [join(cache, 'gatdeploy', name)]));
  expect(kept.map((file) => statSync(file).mode & 0o777)).toEqual([0o600]);
  // A place where no folder can be made hinders nothing.
  const nowhere = { ...process.env, XDG_CACHE_HOME: '/proc/nowhere/cache' };
  execFileSync(process.execPath, [join(folder, 'bin/gatdeploy'), '--help'], { env: nowhere, timeout: 20_000 });
  // In a process of its own: V8 takes nothing that was compiled under other settings.
  const next = "process.stdout.write(require('./bin/load.js').compile('dist').kept ?? 'none')";
  expect(execFileSync(process.execPath, ['-e', next], { cwd: folder, env, encoding: 'utf8' })).toBe(kept[0]);
});

test('a command that has ended is not kept alive by what it left open', async () => {
  const { folder } = copy();
  writeFileSync(join(folder, 'open.cjs'), "require('node:net').createServer().listen(0, '127.0.0.1');");
  const options = { cwd: ROOT, env: { ...process.env, NODE_OPTIONS: `--require=${join(folder, 'open.cjs')}` } };
  const { stdout } = await promisify(execFile)(process.execPath, ['bin/gatdeploy', 'roles'], options);
  expect(stdout).toContain('rabbitmq');
});
