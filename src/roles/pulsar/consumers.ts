/** Consumers on the queues are Pulsar's health: a refused login ends them for good while the unit stays active. */
import type { AmqpUrl } from '../../base/amqp-url.ts';
import { sh } from '../../base/shell.ts';
import type { Check, Verdict } from '../../verify/check.ts';
import { notAnswered } from '../../verify/checks/broker-answer.ts';
import {
  type HostOf,
  isShared,
  nameReaders,
  PRINT_READERS,
  parseReaders,
  READ_BY_PULSAR,
  type ReadQueue,
  unshare,
} from '../../verify/checks/queue-readers.ts';
import { plainText } from '../plain-text.ts';
import type { HostContext } from '../role.ts';
import { brokerOf } from './app-config.ts';
import { layoutOf } from './layout.ts';
import { managerNames } from './managers.ts';
import type { PulsarValues } from './vars.ts';

/** The queues that each manager of Pulsar listens on. */
const LISTENED = ['setup', 'status', 'kill'];

/** Asks the broker where it is one of ours, else looks at Pulsar's connections. */
export function consumersCheck(v: PulsarValues, host: HostContext, queue: AmqpUrl): readonly Check[] {
  const broker = brokerOf(queue, host);
  const queues = queueNames(v);
  return [broker === undefined ? connections(v, host, queue) : consumers({ v, host, queue, queues, broker })];
}

/** `pulsar__setup` for the default manager, `pulsar_NAME__setup` for others; a prefix of the admin's replaces all that. */
export function queueNames(v: PulsarValues): readonly string[] {
  const own = plainText(v.pulsar_yaml_config_merged.get('amqp_key_prefix'));
  return managerNames(v.pulsar_yaml_config_merged).flatMap((manager) => {
    const prefix = manager === '_default_' ? 'pulsar_' : `pulsar_${manager}_`;
    return LISTENED.map((one) => `${own ?? prefix}_${one}`);
  });
}

function consumers(parts: {
  readonly v: PulsarValues;
  readonly host: HostContext;
  readonly queue: AmqpUrl;
  readonly queues: readonly string[];
  readonly broker: string;
}): Check {
  const { v, host, queue, queues, broker } = parts;
  const { unit } = layoutOf(v, host);
  const hostOf: HostOf = (address) => (/^(?:127\.|::1$)/.test(address) ? broker : host.hostByAddress(address));
  return {
    id: `${unit}/consumers ${queue.vhost}`,
    host: broker,
    title: `Pulsar on ${host.name}, and nobody else, listens on its queues in ${queue.vhost}`,
    asks: `rabbitmqctl -q list_queues -p ${queue.vhost} name consumers`,
    script: sh`gd_queues=$(timeout 30 rabbitmqctl -q --no-table-headers list_queues -p ${queue.vhost} name consumers </dev/null) || exit
printf '%s\\n' "$gd_queues"
printf '%s\\n' "$gd_queues" | awk -F'\\t' ${`$2 > 0 && $1 ~ /${READ_BY_PULSAR}/`} | grep -q . || exit 0
printf '%s\\n' ${queue.vhost} | {
${PRINT_READERS}
}`,
    judge(output) {
      const { stdout } = output;
      const counts = parseConsumers(stdout);
      if (output.code !== 0) return notAnswered(output, broker, queue.vhost);
      const got = queues.map((name) => `${name} ${counts.get(name) ?? 'missing'}`).join(', ');
      const ok = queues.every((name) => (counts.get(name) ?? 0) > 0);
      if (!ok) return { ok, got, fix: `ssh ${host.name} sudo systemctl restart ${unit}` };
      const read = parseReaders(stdout).filter(({ name }) => queues.includes(name));
      return readByOthers(got, read, { host, hostOf }) ?? judgeReaders(got, read, hostOf);
    },
    patienceMs: 60_000,
  };
}

/** A queue that only Pulsars of other hosts read. Behind an address that nobody knows may be this one. */
function readByOthers(
  got: string,
  read: readonly ReadQueue[],
  { host, hostOf }: { readonly host: HostContext; readonly hostOf: HostOf },
): Verdict | undefined {
  const others = host.hostsOf('pulsarservers').filter((name) => name !== host.name);
  const isOther = (address: string) => others.includes(hostOf(address) ?? '');
  const taken = read.find(({ readers }) => readers.every(({ address }) => isOther(address)));
  if (!taken) return undefined;
  return {
    ok: false,
    got: `${got}, by ${nameReaders(taken.readers, hostOf)} and not by ${host.name}`,
    fix: `gatdeploy apply pulsar restarts a Pulsar that does not listen; then ${unshare(taken.readers, hostOf)}`,
  };
}

/** All queues have a reader; whether one has more. */
function judgeReaders(got: string, read: readonly ReadQueue[], hostOf: HostOf): Verdict {
  const own = read.map(({ readers }) => readers);
  const shared = own.find((readers) => isShared(readers, hostOf) === 'yes');
  if (shared) return { ok: false, got: `${got}, by ${nameReaders(shared, hostOf)}`, fix: unshare(shared, hostOf) };
  const doubtful = own.find((readers) => isShared(readers, hostOf) === 'perhaps');
  if (!doubtful) return { ok: true, got };
  const why = 'an old connection that the broker gives up within 3 minutes, or else a second Pulsar';
  return { ok: true, got: `${got}, by ${nameReaders(doubtful, hostOf)}: ${why}` };
}

/** Parses lines such as `pulsar__setup	1`. */
function parseConsumers(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split('\n').flatMap((line): [string, number][] => {
      const [name, count] = line.split('\t');
      return name && count && /^\d+$/.test(count) ? [[name, Number(count)]] : [];
    }),
  );
}

function connections(v: PulsarValues, host: HostContext, queue: AmqpUrl): Check {
  const { unit } = layoutOf(v, host);
  const wanted = queueNames(v).length;
  return {
    id: `${unit}/connections`,
    host: host.name,
    title: `Pulsar holds its ${wanted} connections to ${queue.host}:${queue.port}`,
    asks: `ss -Htnp state established '( dport = :${queue.port} )'`,
    script: sh`gd_pid=$(systemctl show -p MainPID --value -- ${unit})
ss -Htnp state established "( dport = :${queue.port} )" | grep -c "pid=$gd_pid," || true`,
    judge({ stdout }) {
      const count = Number(stdout.trim()) || 0;
      const got = `${count} of ${wanted}`;
      return count >= wanted
        ? { ok: true, got }
        : { ok: false, got, fix: `ssh ${host.name} journalctl -u ${unit} -n 50` };
    },
    patienceMs: 60_000,
  };
}
