/**
 * Who takes messages from a queue, as the broker lists it. A queue gives each message to one of its readers only: of two
 * Pulsars on one queue each gets some of the jobs, and asks after, or stops, those of the other.
 */
import { sh } from '../../base/shell.ts';

/** A connection that takes messages from a queue. */
export type Reader = { readonly address: string; readonly port: string; readonly ageSeconds: number };

/** A queue that somebody reads. */
export type ReadQueue = { readonly vhost: string; readonly name: string; readonly readers: readonly Reader[] };

/** The inventory name of the host with this address, if it is one of ours. */
export type HostOf = (address: string) => string | undefined;

/** The queues that a Pulsar reads, as a pattern for awk: the first field of a line. */
export const READ_BY_PULSAR = '_(setup|status|kill)$';

/**
 * A connection that has broken stays in the broker's list until it has missed two heartbeats, which are a minute apart;
 * whoever had it may have a new one by then.
 */
const GIVEN_UP_SECONDS = 180;

/** Prints who reads the queues of the virtual hosts that come in on standard input. */
export const PRINT_READERS = sh`while IFS= read -r gd_vhost; do
timeout 30 rabbitmqctl -q --no-table-headers list_consumers -p "$gd_vhost" queue_name channel_pid </dev/null 2>/dev/null | sed "s|^|consumer	$gd_vhost	|"; done
timeout 30 rabbitmqctl -q --no-table-headers list_channels pid connection </dev/null 2>/dev/null | sed 's|^|channel	|'
timeout 30 rabbitmqctl -q --no-table-headers list_connections pid peer_host peer_port connected_at </dev/null 2>/dev/null | sed 's|^|connection	|'
printf 'now\t%s\n' "$(date +%s)"`;

/** Parses what `PRINT_READERS` has printed. */
export function parseReaders(text: string): readonly ReadQueue[] {
  const rows = text.split('\n').map((line) => line.split('\t'));
  const of = (kind: string) => rows.filter(([first]) => first === kind).map(([, ...rest]) => rest);
  const now = Number(of('now')[0]?.[0]);
  const connections = new Map(
    of('connection').map(([pid = '', address = '', port = '', since]) => [
      pid,
      { address, port, ageSeconds: now - Number(since) / 1000 },
    ]),
  );
  const channels = new Map(of('channel').map(([pid = '', connection = '']) => [pid, connections.get(connection)]));
  const queues = new Map<string, ReadQueue>();
  for (const [vhost = '', name = '', channel = ''] of of('consumer')) {
    const reader = channels.get(channel);
    const key = `${vhost}\t${name}`;
    // One that is gone by the time the other lists are made has just hung up.
    if (reader) queues.set(key, { vhost, name, readers: [...(queues.get(key)?.readers ?? []), reader] });
  }
  return [...queues.values()];
}

/**
 * Whether a queue has more than its one reader: `perhaps` when all come from one host and the newest has just come, as the
 * others may be what is left of its connection before.
 */
export function isShared(readers: readonly Reader[], hostOf: HostOf): 'no' | 'perhaps' | 'yes' {
  if (readers.length < 2) return 'no';
  const places = new Set(readers.map(({ address }) => hostOf(address) ?? address));
  const youngest = Math.min(...readers.map(({ ageSeconds }) => ageSeconds));
  return places.size === 1 && youngest < GIVEN_UP_SECONDS ? 'perhaps' : 'yes';
}

/** Names readers: `pulsar.example.org (10.0.0.2:4000) and 203.0.113.9:4711`. */
export function nameReaders(readers: readonly Reader[], hostOf: HostOf): string {
  const names = readers.map(({ address, port }) => {
    const at = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
    const host = hostOf(address);
    return host === undefined ? at : `${host} (${at})`;
  });
  return [...names.slice(0, -2), names.slice(-2).join(' and ')].join(', ');
}

/** What to do about a queue with these readers. */
export function unshare(readers: readonly Reader[], hostOf: HostOf): string {
  const apart =
    'give each Pulsar a virtual host and a user of its own (message_queue_url, rabbitmq_vhosts, rabbitmq_users)';
  const hosts = new Set(readers.map(({ address }) => hostOf(address)));
  if (hosts.has(undefined))
    return `${apart}; one that nobody knows is shut out by a new password in rabbitmq_users and message_queue_url`;
  const [host = ''] = hosts;
  return hosts.size === 1
    ? `ssh ${host} sudo ss -tnp shows whose ports these are: stop the one too many, or ${apart}`
    : `${apart}; until then stop Pulsar on all but one of these hosts`;
}
