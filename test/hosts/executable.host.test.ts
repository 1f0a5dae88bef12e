import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'gatdeploy-single-'));
const program = path.join(folder, 'gatdeploy');
const project = path.join(folder, 'project');

const build = async (out: string): Promise<string> => {
  await promisify(execFile)(process.execPath, ['scripts/build-executable.mjs', '--out', out], { cwd: ROOT });
  return createHash('sha256').update(readFileSync(out)).digest('hex');
};
/** Without Node on the path, as on a machine that has none. */
const run = (args: readonly string[], home = folder) =>
  spawnSync(program, args, { cwd: project, encoding: 'utf8', env: { HOME: home, PATH: '/nowhere' } });

/** A node that was linked with a distribution's libraries can't be built from; CI's can. */
const linked = spawnSync('ldd', [process.execPath], { encoding: 'utf8' }).stdout ?? '';

describe.skipIf(/libnode/.test(linked) || process.arch !== 'x64')('the single executable', () => {
  let digest = '';
  beforeAll(async () => {
    digest = await build(program);
    cpSync(path.join(ROOT, 'test/fixtures/gat-repo'), project, { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('tells its version without Node', () =>
    expect(run(['--version'])).toMatchObject({ status: 0, stdout: '0.1.0\n', stderr: '' }));

  test('checks a project', () => {
    const { status, stdout, stderr } = run(['lint', '--untrusted']);
    expect(stderr).toBe('');
    expect(stdout).toContain('no host was asked');
    expect(status).toBe(2);
  });

  test('makes a project and plans it, also where its cache cannot be written', () => {
    const names = ['--galaxy', 'g.example.org', '--pulsar', 'p.example.org', '--email', 'a@example.org'];
    expect(run(['init', 'mine', ...names], '/dev/null')).toMatchObject({ status: 0, stderr: '' });
    expect(run(['plan', 'pulsar', '-C', 'mine', '--offline']).stdout).toMatch(
      /Declared: \d+ resources on 1 host; no host was asked/,
    );
  });

  test('keeps what it unpacks to its user', () => {
    const unpacked = path.join(folder, '.cache/gatdeploy');
    expect(statSync(unpacked).mode & 0o777).toBe(0o700);
  });

  test('is the same bytes when it is built again', async () =>
    expect(await build(`${program}.again`)).toBe(digest));
});
