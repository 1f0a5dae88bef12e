/** L39, the part that files tell: the broker's inner ports are for nobody else, and the firewall lets Pulsar in. */
import type { Node } from '../../base/node.ts';
import type { Broker, Listener } from '../facts/broker.ts';
import { isLocal, speaksTls } from '../facts/client.ts';
import type { ProjectFacts } from '../facts/facts-of-project.ts';
import { argumentValues, type ModuleTask, moduleName, moduleTasks } from '../facts/play-tasks.ts';
import { boolOf, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

const INNER: Readonly<Record<number, string>> = {
  5672: 'plain AMQP',
  15672: 'the management',
  25672: "Erlang's own protocol",
  4369: "Erlang's port mapper",
};

export const openPorts: Rule = {
  id: 'L39',
  severity: 'W',
  title:
    'The broker shows 5672, 15672, 25672 and 4369 to nobody else, and a firewall of the play lets Pulsar in on its TLS port',
  why: 'Passwords travel readably on 5672 and 15672; whoever reaches 25672 or 4369 and knows the cookie owns the broker. Without 5671 Pulsar never connects.',
  fix: 'Listen on 127.0.0.1 (`tcp_listeners: [{"\'127.0.0.1\'": 5672}]`), and let the firewall allow 5671, 443 and 80 only.',
  check: (facts) =>
    facts.brokers.flatMap((broker) => [...listeners(broker), ...addresses(broker), ...firewall(broker, facts)]),
};

function listeners({ plain, view }: Broker): readonly Found[] {
  const isOpen = ({ address, written }: Listener) => written && !isLocal(address.replace(/^0\.0\.0\.0$/, ''));
  return plain.filter(isOpen).map(({ port, address, at }) => ({
    message: `the broker on ${view.host} listens without TLS on port ${port} of ${address === '' ? 'all addresses' : address}`,
    at: [at],
    fix: `tcp_listeners: [{"'127.0.0.1'": ${port}}]`,
    hosts: [view.host],
  }));
}

function addresses({ view }: Broker): readonly Found[] {
  const settings = [
    ['rabbitmq_management_ip', INNER[15672]],
    ['rabbitmq_distribution_ip', INNER[25672]],
  ] as const;
  return settings.flatMap(([name, what]): readonly Found[] => {
    const address = textOf(view.node(name));
    if (address === undefined || !view.defined(name) || isLocal(address.replace(/^0\.0\.0\.0$/, ''))) return [];
    const message = `${name} is ${address}, so that others reach ${what} of the broker on ${view.host}`;
    return [{ message, at: [view.valueAt(name)], fix: `${name}: 127.0.0.1`, hosts: [view.host] }];
  });
}

/** What a task of the firewall allows to everybody. */
type Opening = { readonly port: number; readonly at: Node['position'] };

function firewall(broker: Broker, { allViews, clients }: ProjectFacts): readonly Found[] {
  const { view } = broker;
  const own = allViews.filter((one) => one.host === view.host);
  const tasks = own.flatMap((one) => moduleTasks(one.play).map((task) => ({ task, view: one })));
  const openings = tasks.flatMap((one) => openingsOf(one.task, one.view));
  const wide = openings
    .filter(({ port }) => INNER[port])
    .map(({ port, at }) => ({
      message: `the firewall of ${view.host} opens port ${port}, ${INNER[port]}, to everybody`,
      at: [at],
      fix: `take ${port} out`,
      hosts: [view.host],
    }));
  const closed = tasks.find((one) => closesAll(one.task, one.view));
  const remote = clients.find((one) => one.broker === broker && one.view.host !== view.host && speaksTls(one));
  const port = remote?.url?.port;
  if (!closed || !remote || port === undefined || openings.some((one) => one.port === port)) return wide;
  return [
    ...wide,
    {
      message: `the firewall of ${view.host} lets nobody in but on ${openings.map((one) => one.port).join(', ') || 'no port'}, and ${remote.label} needs ${port}`,
      at: [closed.task.position, remote.at],
      fix: `community.general.ufw: {rule: allow, port: "${port}", proto: tcp}`,
      hosts: [view.host, remote.view.host],
    },
  ];
}

function openingsOf(task: ModuleTask, view: ProjectFacts['views'][number]): readonly Opening[] {
  const texts = (...names: string[]) => argumentValues(task, names, view).map((one) => textOf(one) ?? '');
  const name = moduleName(task);
  const isNarrow = texts('from_ip', 'from', 'src', 'source').some((one) => one !== 'any' && one !== '');
  const isUfw = name === 'ufw' && texts('rule').includes('allow');
  const isFirewalld = name === 'firewalld' && texts('state').includes('enabled');
  if (isNarrow || !(isUfw || isFirewalld)) return [];
  return argumentValues(task, ['port', 'to_port'], view).flatMap((node) =>
    portsOf(textOf(node) ?? '').map((port) => ({ port, at: node.position })),
  );
}

/** `5671`, `5671/tcp`, `80,443`, `15670:15680`. */
function portsOf(text: string): readonly number[] {
  return text.split(',').flatMap((one) => {
    const [, from, to] = /^\s*(\d+)(?:[:-](\d+))?(?:\/\w+)?\s*$/.exec(one) ?? [];
    if (from === undefined) return [];
    if (to === undefined) return [Number(from)];
    const inside = [...Object.keys(INNER).map(Number), 5671];
    return inside.filter((port) => port >= Number(from) && port <= Number(to));
  });
}

/** A firewall that is switched on, or whose default keeps everybody out. */
function closesAll(task: ModuleTask, view: ProjectFacts['views'][number]): boolean {
  if (moduleName(task) !== 'ufw' || boolOf(task.args.get('delete')) === true) return false;
  const [policy] = argumentValues(task, ['default', 'policy'], view);
  return /^(?:deny|reject)$/.test(textOf(policy) ?? '');
}
