/** Inventories beyond the recorded cases: patterns, limits, programs, hostile texts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatError } from '../../src/base/errors.ts';
import { renderPosition } from '../../src/base/position.ts';
import { readIni } from '../../src/project/inventory/ini.ts';
import { renderInventory } from '../../src/project/inventory/list.ts';
import { emptyInventory } from '../../src/project/inventory/model.ts';
import { loadProject } from '../../src/project/project.ts';
import { makeExecutable, withFolder } from './recorded.ts';

const HOSTS = '[web]\nweb1\nweb2\nweb10\n[db]\ndb1\nweb2\n[site:children]\nweb\ndb\n';

describe('patterns select hosts as in Ansible', () => {
  test.each([
    ['all', ['web1', 'web2', 'web10', 'db1']],
    ['web', ['web1', 'web2', 'web10']],
    ['web:db', ['web1', 'web2', 'web10', 'db1']],
    ['web:&db', ['web2']],
    ['web:!db', ['web1', 'web10']],
    ['!db', ['web1', 'web10']],
    ['web[0]', ['web1']],
    ['web[-1]', ['web10']],
    ['web[0:1]', ['web1', 'web2']],
    ['web[1:]', ['web2', 'web10']],
    ['web?', ['web1', 'web2']],
    ['web[12]', ['web10']],
    ['*1', ['web1', 'db1']],
    ['~web\\d$', ['web1', 'web2']],
    ['web1,db1', ['web1', 'db1']],
    ['nobody', []],
    ['localhost', ['localhost']],
  ])('%s', async (pattern, expected) => {
    await withFolder({ hosts: HOSTS.replace('web10\n', 'web10\n') }, async (folder) => {
      const { inventory } = await loadProject(folder, { inventory: ['hosts'], environment: {} });
      if (pattern === 'web[12]') expect(() => inventory.select(pattern)).toThrow(GatError);
      else expect(inventory.select(pattern).map((host) => host.name)).toEqual(expected);
    });
  });

  test('a limit narrows, may come from a file, and must match somebody', async () => {
    await withFolder({ hosts: HOSTS, some: 'db1\nweb1\n' }, async (folder) => {
      const load = (limit: string[]) => loadProject(folder, { inventory: ['hosts'], limit, environment: {} });
      const names = async (limit: string[]) =>
        (await load(limit)).inventory.select('web').map((host) => host.name);
      expect(await names(['@some'])).toEqual(['web1']);
      expect(await names(['web1', 'web2:!db'])).toEqual(['web1']);
      await expect(names(['wbe1'])).rejects.toMatchObject({
        code: 'inventory/no-hosts',
        fix: 'did you mean web1?',
      });
    });
  });
});

describe('programs', () => {
  const program = `#!/bin/sh\necho '{"g": {"hosts": ["p1"], "vars": {"v": 1}}, "_meta": {"hostvars": {"p1": {"x": 2.0}}}}'\n`;

  test('run only when that is allowed', async () => {
    await withFolder({ inv: program }, async (folder) => {
      makeExecutable(folder, ['inv']);
      await expect(loadProject(folder, { inventory: ['inv'], environment: {} })).rejects.toMatchObject({
        code: 'inventory/program',
      });
      const project = await loadProject(folder, {
        inventory: ['inv'],
        allowInventoryScripts: true,
        environment: {},
      });
      const listed = JSON.parse([...renderInventory(project, {})].join(''));
      expect(listed._meta.hostvars).toEqual({ p1: { v: 1, x: 2 } });
    });
  });

  test('a file that is merely marked executable is an inventory', async () => {
    await withFolder({ hosts: '[g]\nh1\n' }, async (folder) => {
      makeExecutable(folder, ['hosts']);
      const project = await loadProject(folder, { inventory: ['hosts'], environment: {} });
      expect([...project.inventory.hosts.keys()]).toEqual(['h1']);
    });
  });
});

test('a source that cannot be read is a warning, or an error for who wants it strict', async () => {
  await withFolder({ hosts: '[g]\nh1\nh2 novalue\n' }, async (folder) => {
    const project = await loadProject(folder, { inventory: ['hosts'], environment: {} });
    expect(project.warnings()[0]?.position).toEqual({ file: 'hosts', line: 3, column: 1 });
    expect([...project.inventory.hosts.keys()]).toEqual(['h1']);
    await expect(
      loadProject(folder, { inventory: ['hosts'], strictInventory: true, environment: {} }),
    ).rejects.toMatchObject({
      code: 'inventory/unparsed',
    });
  });
});

test('any text is read to its end or to a line that is named, soon', () => {
  const pieces = fc.constantFrom(
    '[g]\n',
    '[g:vars]\n',
    '[g:children]\n',
    'h',
    '=',
    ' ',
    '\n',
    '"',
    "'",
    '\\',
    '#',
    '[1:3]',
    '[a:c]',
    '[',
    ']',
    ':22',
    '{',
    '}',
    '(',
    ',',
    '1',
    'True',
    ';',
    '\u2028',
    '::1',
  );
  const texts = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const fault = readIni({ text, file: 'hosts', source: '/hosts' }, emptyInventory());
      if (fault) expect(fault.line).toBeGreaterThan(0);
    }),
    { numRuns: 3000 },
  );
});

test.each(['h[1:999999999]\n', 'h[1:999][1:999][1:999]\n', 'h[1:99999999999999999999]\n'])(
  'the range %j is refused',
  (text) => {
    expect(readIni({ text, file: 'hosts', source: '/hosts' }, emptyInventory())?.text).toMatch(
      /more than 1000000 hosts/,
    );
  },
);

test.each([
  ['[defaults]\ninventory_ignore_patterns = ^b, (?i)x\n', {}, 'ansible.cfg:2'],
  ['[inventory]\n\nignore_patterns = (?i)x\n', {}, 'ansible.cfg:3'],
  ['', { ANSIBLE_INVENTORY_IGNORE_REGEX: '(?i)x' }, 'ANSIBLE_INVENTORY_IGNORE_REGEX'],
  ['[inventory]\nignore_patterns = ^b\n', {}, undefined],
])('a pattern that matches nothing here is told: %j, %j', async (config, environment, place) => {
  await withFolder({ hosts: 'h1\n', 'ansible.cfg': config }, async (folder) => {
    const project = await loadProject(folder, { inventory: ['hosts'], environment });
    const told = project.warnings().filter(({ text }) => text.includes('(?i)x'));
    expect(told.map(({ position }) => renderPosition(position).replace(/:1$/, ''))).toEqual(place ? [place] : []);
  });
});

test.each([
  ['[defaults]\ninventory_ignore_extensions = .foo, .bar\n', ['h1', 'h5', 'h3']],
  ['[inventory]\nignore_extensions = .foo, .bar\n', ['h1', 'h5', 'h3']],
  ['[defaults]\ninventory_ignore_patterns = ^b\n', ['h1', 'h4']],
  ['[inventory]\nignore_patterns = ^b\n', ['h1', 'h4']],
])('a folder of inventories leaves out what ansible.cfg says: %j', async (config, hosts) => {
  const sources = { a: 'h1\n', 'b.foo': 'h2\n', 'c.cfg': 'h3\n', 'd.bar': 'h4\n', b: 'h5\n' };
  const files = Object.entries(sources).map(([name, text]) => [`inv/${name}`, text]);
  await withFolder({ ...Object.fromEntries(files), 'ansible.cfg': config }, async (folder) => {
    const project = await loadProject(folder, { inventory: ['inv'], environment: {} });
    expect([...project.inventory.hosts.keys()]).toEqual(hosts);
  });
});
