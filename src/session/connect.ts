/** Connects to the hosts of a run, all at once; a host that can't be reached is told and left out, and holds up no other. */
import { setMaxListeners } from 'node:events';
import type { HostLink } from '../apply/work.ts';
import { GatError, withPlace } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import type { Secret } from '../base/secret.ts';
import { connect } from '../transport/connect.ts';
import type { Become, Connection, ConnectOptions } from '../transport/connection.ts';
import type { Target } from '../transport/target/target.ts';
import { connectionSlots } from './slots.ts';

/** What connecting gave: links to the hosts that answered, errors of those that did not. */
export type Links = {
  readonly links: ReadonlyMap<string, HostLink>;
  readonly unreachable: ReadonlyMap<string, GatError>;
  /** Resolves when connecting to a host has ended, with the link where that went well: nobody has to wait for others. */
  of(host: string): Promise<HostLink | undefined>;
  /** Connects to more hosts. */
  add(targets: readonly Target[]): Promise<void>;
  /** Leaves out a host that answered but can't be worked with. */
  drop(host: string, error: GatError): void;
  close(): Promise<void>;
};

type LinkOptions = ConnectOptions & {
  readonly emit: Emit;
  readonly clock: () => number;
  /** For hosts whose variables have none. */
  readonly becomePassword?: Secret | undefined;
  /** How many connections are made at the same time; default: by the way to the hosts. */
  readonly forks?: number | undefined;
};

/** Connects to all targets, and resolves when that has ended for each. */
export async function connectAll(targets: readonly Target[], options: LinkOptions): Promise<Links> {
  const links = startLinks(targets, options);
  await Promise.all(targets.map(({ name }) => links.of(name)));
  return links;
}

/** Begins to connect to all targets; gatdeploy works as root, so anybody else becomes it by sudo. */
export function startLinks(targets: readonly Target[], options: LinkOptions): Links {
  const links = new Map<string, OpenLink>();
  const unreachable = new Map<string, GatError>();
  const attempts = new Map<string, Promise<void>>();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // each host listens; Node takes more than ten for a mistake
  const open = async (target: Target): Promise<void> => {
    if (closing.signal.aborted) return;
    try {
      links.set(target.name, await openLink(target, { ...options, signal: closing.signal }));
    } catch (error) {
      if (closing.signal.aborted) return;
      if (!(error instanceof GatError)) throw error;
      const told = withPlace(error, target.declaredAt);
      unreachable.set(target.name, told);
      options.emit({ type: 'unreachable', at: options.clock(), host: target.name, error: told });
    }
  };
  const slotsOf = connectionSlots(options.forks);
  const begin = (target: Target): Promise<void> => {
    const attempt = slotsOf(jumpHostOf(target))(() => open(target));
    attempt.catch(() => undefined); // whoever waits for it sees the error
    attempts.set(target.name, attempt);
    return attempt;
  };
  for (const target of targets) begin(target);
  return {
    links,
    unreachable,
    of: async (host) => {
      await attempts.get(host);
      return links.get(host);
    },
    add: async (more) => {
      await Promise.all(more.map(begin));
    },
    drop: (host, error) => {
      links.get(host)?.giveUp(error);
      links.delete(host);
      unreachable.set(host, error);
    },
    close: async () => {
      closing.abort();
      await Promise.allSettled(attempts.values());
      await Promise.all([...links.values()].map(({ connection }) => connection.close()));
    },
  };
}

/** A link that can be given up for good. */
type OpenLink = HostLink & { readonly giveUp: (error: GatError) => void };

async function openLink(target: Target, options: LinkOptions): Promise<OpenLink> {
  const { emit, clock } = options;
  const { name } = target;
  const startedAt = clock();
  emit({ type: 'connecting', at: startedAt, host: name });
  const onWarning = (text: string): void => emit({ type: 'warning', at: clock(), host: name, text });
  const connection = await connect(target, { ...options, onWarning });
  emit({ type: 'connected', at: clock(), host: name, ms: clock() - startedAt });
  const given = new AbortController();
  const signal = AbortSignal.any([given.signal, ...(options.signal ? [options.signal] : [])]);
  // A host that was given up meanwhile is not connected to again: nobody would close that connection.
  const reconnect = async (): Promise<Connection> => {
    const again = await keepTrying(() => connect(target, { ...options, signal }), signal);
    if (!signal.aborted) return again;
    await again.close();
    throw signal.reason;
  };
  const giveUp = (error: GatError): void => {
    given.abort(error);
    link.connection.close().catch(() => undefined);
  };
  const link: OpenLink = { connection, become: becomeRoot(target, options.becomePassword), reconnect, giveUp };
  return link;
}

/** The first host on the way: there the connections of all that are behind it begin at the same time. */
function jumpHostOf(target: Target): string | undefined {
  if (target.kind === 'local') return undefined;
  return target.hops[0]?.address ?? target.proxyCommand;
}

/** Pauses between attempts to reach a host again, in milliseconds: about two minutes in all. */
const PAUSES = [0, 1000, 2000, 4000, 8000, 15_000, 30_000, 60_000];

async function keepTrying(open: () => Promise<Connection>, signal: AbortSignal): Promise<Connection> {
  let last: unknown;
  for (const pause of PAUSES) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    signal.throwIfAborted();
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof GatError) || error.class !== 'unreachable') throw error;
      last = error;
    }
  }
  throw last;
}

/** Who a host's scripts run as: nobody else when root logged in. */
function becomeRoot(target: Target, asked: Secret | undefined): Become | undefined {
  const login = target.kind === 'ssh' ? target.user : process.getuid?.() === 0 ? 'root' : '';
  if (login === 'root') return undefined;
  const password = target.becomePassword ?? target.become?.password ?? asked;
  return { user: 'root', method: 'sudo', ...(password === undefined ? {} : { password }) };
}
