import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/**
 * Who may import whom: the layers of ARCHITECTURE.md. `types:x` admits only `import type`. Packages are named where
 * they are allowed. Changing this record is a design decision; its commit says why.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  render: ['base', 'handlebars', 'yaml'],
  project: ['base', 'render', 'yaml', 'ansible-vault'],
  resources: ['base', '@renovatebot/pep440', 'zod'],
  verify: ['base', 'types:transport', 'zod'],
  roles: ['base', 'resources', 'render', 'verify', 'zod'],
  graph: ['base', 'types:resources'],
  transport: ['base', 'node-ssh', 'ssh2', 'ssh-config'],
  plan: ['base', 'graph', 'types:resources', 'types:transport'],
  apply: ['base', 'graph', 'plan', 'types:resources', 'types:transport'],
  tasks: ['base', 'render', 'resources', 'types:project', 'types:roles'],
  lint: ['base', 'render', 'project', 'roles', 'types:resources', 'types:graph'],
  lab: ['base', 'transport'],
  report: [
    'base',
    'types:graph',
    'types:plan',
    'types:apply',
    'types:verify',
    'types:lint',
    'chalk',
    'listr2',
    'diff',
    'get-east-asian-width',
  ],
  stack: ['base', 'render', 'project', 'resources', 'verify', 'roles', 'tasks', 'graph', 'types:transport'],
  session: [
    'base',
    'render',
    'project',
    'resources',
    'graph',
    'transport',
    'plan',
    'apply',
    'stack',
    'tasks',
    'types:verify',
    'types:report',
  ],
  cli: [
    'base',
    'render',
    'project',
    'resources',
    'verify',
    'roles',
    'graph',
    'transport',
    'plan',
    'apply',
    'tasks',
    'lint',
    'lab',
    'report',
    'stack',
    'session',
    'commander',
  ],
};

const IMPORT = /^(?:import|export)(\s+type)?\s[^;]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** Lists `folder → imported folder or package` of a file, with `types:` in front where only types are imported. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(IMPORT)].flatMap(([, typeOnly, from, dynamic]) => {
    const name = from ?? dynamic ?? '';
    if (name.startsWith('node:')) return [];
    const target = name.startsWith('.') ? topFolder(join(SRC, dirname(file), name)) : packageName(name);
    return [`${typeOnly ? 'types:' : ''}${target}`];
  });
}

function topFolder(path: string): string {
  const inside = relative(SRC, path);
  return inside.startsWith('..') ? inside : (inside.split('/')[0] ?? '');
}

function packageName(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

describe('the layers', () => {
  test.each(files)('%s imports only what its folder may', (file) => {
    const folder = file.split('/')[0] ?? '';
    const allowed = new Set(MAY_IMPORT[folder]);
    const isAllowed = (one: string): boolean => {
      const target = one.replace('types:', '');
      return target === folder || allowed.has(target) || (one.startsWith('types:') && allowed.has(one));
    };
    expect(importsOf(file).filter((one) => !isAllowed(one))).toEqual([]);
  });

  test('every folder has its row', () => {
    const folders = new Set(files.map((file) => file.split('/')[0] ?? ''));
    expect([...folders].filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
  });
});
