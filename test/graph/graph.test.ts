import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amqp } from '../../src/base/capability.ts';
import { GatError } from '../../src/base/errors.ts';
import { sh } from '../../src/base/shell.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import { aptPackage, command, directory, file, type Resource, service, user } from '../../src/resources/index.ts';

const edgesOf = (resources: readonly Resource[]): string[] => {
  const graph = buildGraph([{ host: 'h', resources }]);
  return [...graph.needs.values()]
    .flat()
    .map((edge) => `${edge.to} ${edge.reason} ${edge.from}`.replaceAll('h/', ''));
};

const orderOf = (resources: readonly Resource[]): string[] => {
  const graph = buildGraph([{ host: 'h', resources }]);
  return [...graph.nodes.values()].map((node) => node.resource.id);
};

describe('the graph', () => {
  test('puts a file after its nearest directory and its owner, whatever the order of declaration', () => {
    const resources = [
      file('/srv/pulsar/config/app.yml', { owner: 'pulsar', group: 'pulsar' }),
      directory('/srv/pulsar', {}),
      user('pulsar', {}),
    ];
    expect(edgesOf(resources)).toEqual([
      'file[/srv/pulsar/config/app.yml] lies in it directory[/srv/pulsar]',
      'file[/srv/pulsar/config/app.yml] belongs to it user[pulsar]',
    ]);
    expect(orderOf(resources).at(-1)).toBe('file[/srv/pulsar/config/app.yml]');
  });

  test('puts a service after what it loads and after its unit file', () => {
    const config = file('/etc/app.conf', {});
    const unit = file('/etc/systemd/system/app.service', {});
    expect(edgesOf([service('app.service', { loads: [config] }), unit, config])).toEqual([
      'service[app.service] loads it file[/etc/app.conf]',
      'service[app.service] uses it file[/etc/systemd/system/app.service]',
    ]);
  });

  test('lets a capability of one host hold back a resource of another', () => {
    const login = amqp('broker', '/v', 'u');
    const graph = buildGraph([
      { host: 'worker', resources: [command('start', { run: sh`true`, requires: [login] })] },
      { host: 'broker', resources: [command('add-user', { run: sh`true`, provides: [login] })] },
    ]);
    expect([...graph.nodes.keys()]).toEqual(['broker/command[add-user]', 'worker/command[start]']);
    expect(graph.external).toEqual([]);
  });

  test.each(['srv/a', '~/a', '$HOME/a', '/a\nb'])(
    'refuses the path %j, and tells which variable it comes from',
    (path) => {
      const made = directory(path, {});
      const position = { file: 'group_vars/all.yml', line: 2, column: 1 };
      const origin = { role: 'x', positions: [], variables: [{ name: 'galaxy_root', position }] };
      expect(() => orderOf([{ ...made, origin }])).toThrow(
        expect.objectContaining({
          code: 'graph/path',
          why: expect.stringMatching(/must begin with \/|control character/),
          fix: expect.stringContaining('galaxy_root (group_vars/all.yml:2:1)'),
        }),
      );
    },
  );

  test('refuses to make one path a file and a folder, unless something between them may take the first away', () => {
    const [made, folder] = [file('/srv/a', { content: '' }), directory('/srv/a', {})];
    for (const resources of [
      [made, folder],
      [folder, made],
    ]) {
      expect(() => orderOf(resources)).toThrow(
        expect.objectContaining({
          code: 'graph/conflict',
          what: expect.stringContaining('both a file and a folder'),
        }),
      );
    }
    const between = command('rm', { run: sh`rm -r /srv/a` });
    expect(() => orderOf([made, between, folder])).not.toThrow();
    expect(() => orderOf([file('/srv/a', { onlyIfMissing: true, content: '' }), folder])).not.toThrow();
    expect(() => orderOf([file('/srv/a', { absent: true }), folder])).not.toThrow();
  });

  test('names capabilities that nobody provides', () => {
    const login = amqp('elsewhere', '/v', 'u');
    const graph = buildGraph([{ host: 'w', resources: [command('start', { run: sh`true`, requires: [login] })] }]);
    expect(graph.external).toEqual([{ capability: login, by: 'w/command[start]' }]);
  });

  test('shares one identity that two roles declare with the same state, and adds up their edges', () => {
    const first = aptPackage('git', {});
    const late = aptPackage('git', { after: [aptPackage('curl', {})] });
    const graph = buildGraph([{ host: 'h', resources: [first, aptPackage('curl', {}), late] }]);
    expect([...graph.nodes.keys()]).toEqual(['h/package[curl]', 'h/package[git]']);
  });

  test('refuses one identity with two states and names what differs', () => {
    const declared = [file('/etc/motd', { mode: '0644' }), file('/etc/motd', { mode: '0600' })];
    expect(() => buildGraph([{ host: 'h', resources: declared }])).toThrow(
      expect.objectContaining({ code: 'graph/conflict', why: expect.stringContaining('mode') }),
    );
  });

  test('prints the whole path of a circle with the reason of each edge', () => {
    const [a, b] = [amqp('h', '/', 'a'), amqp('h', '/', 'b')];
    const position = { file: 'site.yml', line: 4, column: 3 };
    const resources = [
      {
        ...command('one', { run: sh`true`, requires: [a], provides: [b] }),
        origin: { role: 'r', positions: [position] },
      },
      command('two', { run: sh`true`, requires: [b], provides: [a] }),
    ];
    let error: unknown;
    try {
      buildGraph([{ host: 'h', resources }]);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(GatError);
    expect((error as GatError).where).toEqual([position]);
    expect((error as GatError).why?.split('\n').sort()).toEqual([
      'h/command[one] waits for h/command[two]: needs amqp:h///a',
      'h/command[two] waits for h/command[one]: needs amqp:h///b',
    ]);
  });

  test('orders any graph without circles so that everything comes after what it needs', () => {
    const links = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 80 });
    fc.assert(
      fc.property(links, (pairs) => {
        const made: Resource[] = [];
        for (let index = 0; index <= 30; index++) {
          const after = pairs
            .filter(([to, from]) => to === index && from < index)
            .flatMap(([, from]) => made[from] ?? []);
          made.push(command(`c${index}`, { run: sh`true`, after }));
        }
        const order = orderOf([...made].reverse());
        for (const resource of made) {
          for (const earlier of resource.props.after ?? []) {
            expect(order.indexOf(earlier.id)).toBeLessThan(order.indexOf(resource.id));
          }
        }
      }),
    );
  });
});
