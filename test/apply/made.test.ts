import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deploymentId, forgetMade, noteDeclared, noteMade, printUndeclared } from '../../src/apply/made.ts';
import type { Script } from '../../src/base/shell.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-made-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const id = deploymentId('our project', 'galaxy');
const A = '["file","/etc/it\'s a \\"name\\""]';
const B = '["user","galaxy"]';

/** Runs it as on a host, with a state folder of the test's own. */
function run(script: Script): string {
  const source = script.source.replaceAll('/var/lib/gatdeploy', folder);
  return execFileSync('/bin/sh', ['-s'], { input: `set -e\n${source}`, encoding: 'utf8' });
}
const made = () => readFileSync(join(folder, 'deployments', id, 'made'), 'utf8');
const declare = (...lines: readonly string[]) => new Map([[id, lines]]);

test('a deployment has a folder of its own, whatever its project is called', () => {
  expect(deploymentId('a/../b', 'c')).toBe('a%2F..%2Fb%2Fc');
});

describe('what was made', () => {
  test('is noted once, and forgotten when it is gone', () => {
    for (const line of [A, B, A]) run(noteMade(id, line));
    expect(made()).toBe(`${A}\n${B}\n`);
    run(forgetMade([A]));
    expect(made()).toBe(`${B}\n`);
    run(forgetMade([B]));
    expect(made()).toBe('');
    run(forgetMade([]));
  });

  test('is forgotten and noted at the same time by steps that run beside each other', async () => {
    const lines = Array.from({ length: 24 }, (_, at) => `["service","unit-${at}"]`);
    const [gone, stays] = [lines.slice(0, 16), lines.slice(16)];
    for (const line of gone) run(noteMade(id, line));
    const scripts = [...gone.map((line) => forgetMade([line])), ...stays.map((line) => noteMade(id, line))];
    const codes = await Promise.all(
      scripts.map(async (script) => {
        const shell = spawn('/bin/sh', ['-s'], { stdio: ['pipe', 'ignore', 'ignore'] });
        shell.stdin.end(`set -e\n${script.source.replaceAll('/var/lib/gatdeploy', folder)}`);
        return (await once(shell, 'close'))[0] as number;
      }),
    );
    expect(codes).toEqual(scripts.map(() => 0));
    expect(made().trim().split('\n').sort()).toEqual([...stays].sort());
  });

  test('is told when it is no longer declared', () => {
    for (const line of [A, B]) run(noteMade(id, line));
    run(noteDeclared(declare(A, B)));
    expect(run(printUndeclared(declare(A, B)))).toBe('');
    expect(run(printUndeclared(declare(A)))).toBe(`@unnoted\n${A}\n${B}\n`);
    run(noteDeclared(declare(A)));
    expect(run(printUndeclared(declare(A)))).toBe(`${B}\n`);
  });

  test('stays untold while another deployment declares it', () => {
    for (const line of [A, B]) run(noteMade(id, line));
    mkdirSync(join(folder, 'deployments', 'other'));
    writeFileSync(join(folder, 'deployments', 'other', 'declared'), `${B}\n`);
    run(noteDeclared(declare()));
    expect(run(printUndeclared(declare()))).toBe(`${A}\n`);
  });

  test('is not asked for where nothing was ever made', () => {
    expect(run(printUndeclared(declare(A)))).toBe('@unnoted\n');
    run(noteDeclared(declare(A)));
    expect(run(printUndeclared(declare(A)))).toBe('');
  });
});
