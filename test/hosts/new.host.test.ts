import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const copy = mkdtempSync(path.join(tmpdir(), 'gatdeploy-new-'));
const PARTS = [
  ...['src', 'scripts', 'docs', 'templates', 'group_vars', 'schemas', 'bin'],
  ...[
    'package.json',
    'tsconfig.json',
    'biome.json',
    'vitest.config.ts',
    'test/support',
    'test/architecture.test.ts',
  ],
];

const run = (program: string, args: readonly string[]) =>
  promisify(execFile)(program, args, { cwd: copy, env: { ...process.env, CI: '' } });
const node = (...args: readonly string[]) => run(process.execPath, args);

/** What CONTRIBUTING.md tells, from one end to the other, in a copy of this checkout. */
describe('npm run new', () => {
  beforeAll(async () => {
    for (const part of PARTS) cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
    await node('scripts/new.mjs', 'kind', 'motd-line');
    await node('scripts/new.mjs', 'role', 'good-morning');
  }, 120_000);
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('makes a kind and a role whose types and looks are right', async () => {
    await run('node_modules/.bin/tsc', ['-p', 'src/..', '--noEmit', '--pretty', 'false']).catch(
      (error: { stdout: string }) => {
        // The copy has no tests but the new ones.
        expect(error.stdout.split('\n').filter((line) => /motd-line|good-morning/.test(line))).toEqual([]);
      },
    );
    await run('node_modules/.bin/biome', [
      'check',
      '--vcs-enabled=false',
      'src/resources',
      'src/roles/good-morning',
      'test/resources',
      'test/roles',
    ]);
  }, 120_000);

  test('makes tests that pass, and keeps the layers', async () => {
    const { stdout } = await node(
      ...['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', '--maxWorkers=1', '--reporter=json'],
      ...['test/resources/motd-line.test.ts', 'test/roles/good-morning.test.ts', 'test/architecture.test.ts'],
    );
    const result = JSON.parse(stdout.slice(stdout.indexOf('{')));
    expect(result.numFailedTests).toBe(0);
    expect(result.numTotalTestSuites).toBeGreaterThan(2);
  }, 120_000);

  test('leads to a page of the role', async () => {
    await node('scripts/build.mjs');
    await node('scripts/write-docs.mjs');
    expect(readFileSync(path.join(copy, 'docs/roles/good_morning.md'), 'utf8')).toContain('`good_morning_text`');
  }, 120_000);

  test.each([[['kind', 'Motd']], [['thing', 'motd']], [['kind']], [['kind', '../x']], [['role', 'good-morning']]])(
    'refuses %j',
    async (args) => await expect(node('scripts/new.mjs', ...args)).rejects.toMatchObject({ code: 2 }),
  );
});
