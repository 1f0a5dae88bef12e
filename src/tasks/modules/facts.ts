/** package_facts, service_facts, setup, ping: what a host has. */
import { type Node, nodeOf } from '../../base/node.ts';
import { sh } from '../../base/shell.ts';
import type { Scalar, Value } from '../../base/value.ts';
import { type Action, defineModule } from '../action.ts';
import { type Dict, dict, reading, result } from './read.ts';

/** `package_facts` */
export const packageFactsModule = defineModule({
  name: 'ansible.builtin.package_facts',
  params: {
    manager: { type: 'raw', ignored: 'it is always apt' },
    strategy: { type: 'raw', ignored: 'it is always apt' },
  },
  run: (_args, context): Action =>
    reading(
      sh`dpkg-query -W -f '\${db:Status-Status} \${Package} \${Version} \${Architecture}\n'`,
      context.user,
      ({ stdout }) => {
        const packages = new Map<Scalar, Value>();
        for (const line of stdout.split('\n')) {
          const [status, name = '', version = '', arch = ''] = line.split(' ');
          if (status === 'installed')
            packages.set(name, [dict({ name, version, arch, source: 'apt', category: '', origin: '' })]);
        }
        return result({ ansible_facts: dict({ packages }) });
      },
    ),
});

/** `service_facts` */
export const serviceFactsModule = defineModule({
  name: 'ansible.builtin.service_facts',
  params: {},
  run: (_args, context): Action =>
    reading(
      sh`systemctl list-unit-files --no-legend --no-pager --type=service; echo
systemctl list-units --all --no-legend --no-pager --plain --type=service`,
      context.user,
      ({ stdout }) => result({ ansible_facts: dict({ services: servicesIn(stdout) }) }),
    ),
});

/** Parses `nginx.service enabled enabled` lines, then `nginx.service loaded active running …` lines. */
function servicesIn(stdout: string): Dict {
  const [files = '', units = ''] = stdout.split('\n\n', 2);
  const rows = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([name]) => name !== '');
  const statuses = new Map(rows(files).map(([name = '', status = '']) => [name, status]));
  const states = new Map(rows(units).map(([name = '', , , sub = '']) => [name, RUNNING[sub] ?? 'stopped']));
  return new Map<Scalar, Value>(
    [...new Set([...statuses.keys(), ...states.keys()])].map((name) => [
      name,
      dict({
        name,
        state: states.get(name) ?? 'inactive',
        status: statuses.get(name) ?? 'unknown',
        source: 'systemd',
      }),
    ]),
  );
}

const RUNNING: Readonly<Record<string, string>> = { running: 'running', failed: 'failed' };

/** `setup`: facts are gathered before the first task; asking again gives nothing new. */
export const setupModule = defineModule({
  name: 'ansible.builtin.setup',
  params: {
    filter: { type: 'raw', ignored: 'all facts are known' },
    gather_subset: { type: 'raw', ignored: 'all facts are known' },
    gather_timeout: { type: 'raw', ignored: 'all facts are known' },
    fact_path: { type: 'str', refused: 'local facts are not read' },
  },
  run: (): Action => ({ type: 'value', result: new Map() }),
});

/** `ping` */
export const pingModule = defineModule({
  name: 'ansible.builtin.ping',
  params: { data: { type: 'str' } },
  run: (args): Action => ({ type: 'value', result: new Map([['ping', args.data ?? 'pong']]) }),
});

/** What a reading module's result sets as variables of the host. */
export function factsInResult(facts: Value | undefined): ReadonlyMap<string, Node> {
  if (!(facts instanceof Map)) return new Map();
  return new Map(
    [...facts].map(([name, value]) => [
      String(name),
      nodeOf(value, { file: 'facts of the host', line: 1, column: 0 }, false),
    ]),
  );
}
