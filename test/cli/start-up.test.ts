import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const CLI = resolve(import.meta.dirname, '../../src/cli');

/** Imports that are followed when a file is loaded; those of types alone are gone by then. */
const STATIC = /^(?:import|export)(?!\s+type\b)\s[^;]*?from\s+'([^']+)'/gm;

/** Everything that is loaded with a file: files below src/, and packages. */
function loadedWith(file: string, known = new Set<string>()): ReadonlySet<string> {
  for (const [statement, from = ''] of readFileSync(file, 'utf8').matchAll(STATIC)) {
    if (/^import\s*\{(?:\s*type\s[^,}]+,?)+\s*\}/.test(statement)) continue;
    const name = from.startsWith('.') ? resolve(dirname(file), from) : from;
    if (known.has(name)) continue;
    known.add(name);
    if (from.startsWith('.')) loadedWith(name, known);
  }
  return known;
}

const shown = (file: string): string => (file.startsWith('/') ? relative(dirname(CLI), file) : file);

/** What a command's file may bring along before the command is called: its options, and nothing that does work. */
const LIGHT = /^(?:cli\/|base\/|stack\/options\.ts$|commander$|node:)/;
/** Reading a project is all that these do, so they may bring what reads it: still no host, no role, no resource. */
const READING = /^(?:project\/|render\/|yaml$|ansible-vault$|handlebars$)/;
const ALSO: Readonly<Record<string, RegExp>> = {
  'inventory.ts': READING,
  'vars.ts': READING,
  'explain.ts': READING,
  'eval.ts': READING,
  'render.ts': READING,
  'vault.ts': /^(?:project\/|render\/|report\/|yaml$|ansible-vault$|handlebars$|diff$|get-east-asian-width$)/,
  'hosts.ts':
    /^(?:session\/targets\.ts$|stack\/collect\.ts$|project\/|render\/|yaml$|ansible-vault$|handlebars$|transport\/|node-ssh$|ssh2$|ssh-config$)/,
  'lab.ts': /^lab\/store\.ts$/,
};

const commands = [...readFileSync(join(CLI, 'main.ts'), 'utf8').matchAll(/import\('\.\/([a-z/-]+\.ts)'\)/g)].map(
  (match) => match[1] ?? '',
);

describe('starting up', () => {
  test('reads one file to tell the version: no bundle, no stream, no loader of ES modules', () => {
    const told = `const told = (line) => process.on('exit', () => require('fs').writeSync(2, line + '\\n'));
      const { _load } = require('module');
      require('module')._load = (name, ...others) => (told(name), _load(name, ...others));`;
    const folder = mkdtempSync(join(tmpdir(), 'gatdeploy-start-'));
    writeFileSync(join(folder, 'hook.cjs'), told);
    const bin = resolve(CLI, '../../bin/gatdeploy');
    const args = ['--require', join(folder, 'hook.cjs'), bin, '--version'];
    const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(stderr.trim().split('\n')).toEqual([bin, 'node:fs']);
  });

  test('loads nothing but the entry itself to tell the version', () => {
    expect([...loadedWith(join(CLI, 'main.ts'))]).toEqual([]);
  });

  test('knows all commands', () => {
    expect(commands.length).toBeGreaterThan(15);
    expect(readdirSync(CLI)).toEqual(expect.arrayContaining(commands.filter((name) => !name.includes('/'))));
  });

  test.each(commands.filter((name) => name !== 'failure.ts'))(
    '%s loads only what describes its options',
    (name) => {
      const heavy = [...loadedWith(join(CLI, name))].map(shown);
      expect(heavy.filter((one) => !LIGHT.test(one) && !ALSO[name]?.test(one))).toEqual([]);
    },
  );

  test.each(['cli/run/preflight.ts', 'session/open-saved.ts', 'session/session.ts'])(
    '%s connects to the hosts before what they are to have is loaded',
    (name) => {
      const loaded = [...loadedWith(resolve(CLI, '..', name))].map(shown);
      expect(loaded.filter((one) => /^(?:roles|resources|tasks|lint|graph)\//.test(one))).toEqual([]);
    },
  );
});
