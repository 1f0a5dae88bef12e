/** Connects to the hosts of a run, all at once; a host that can't be reached is told and left out. */

import type { HostLink } from '../../apply/work.ts';
import { GatError } from '../../base/errors.ts';
import type { Emit } from '../../base/events.ts';
import type { Secret } from '../../base/secret.ts';
import { connect } from '../../transport/connect.ts';
import type { Become, Connection, ConnectOptions } from '../../transport/connection.ts';
import type { Target } from '../../transport/target.ts';
import { connectionSlots } from './slots.ts';

/** What connecting gave: links to the hosts that answered, errors of those that did not. */
export type Links = {
  readonly links: ReadonlyMap<string, HostLink>;
  readonly unreachable: ReadonlyMap<string, GatError>;
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

/** Connects to all targets; gatdeploy works as root, so anybody else becomes it by sudo. */
export async function connectAll(targets: readonly Target[], options: LinkOptions): Promise<Links> {
  const links = new Map<string, HostLink>();
  const unreachable = new Map<string, GatError>();
  const open = async (target: Target): Promise<void> => {
    const { emit, clock } = options;
    const { name } = target;
    const startedAt = clock();
    emit({ type: 'connecting', at: startedAt, host: name });
    const onWarning = (text: string): void => emit({ type: 'warning', at: clock(), host: name, text });
    try {
      const connection = await connect(target, { ...options, onWarning });
      const reconnect = (): Promise<Connection> => keepTrying(() => connect(target, options));
      links.set(name, { connection, become: becomeRoot(target, options.becomePassword), reconnect });
      emit({ type: 'connected', at: clock(), host: name, ms: clock() - startedAt });
    } catch (error) {
      if (!(error instanceof GatError)) throw error;
      unreachable.set(name, error);
      emit({ type: 'unreachable', at: clock(), host: name, error });
    }
  };
  const slotsOf = connectionSlots(options.forks);
  const add = async (more: readonly Target[]): Promise<void> => {
    await Promise.all(more.map((target) => slotsOf(jumpHostOf(target))(() => open(target))));
  };
  const drop = (host: string, error: GatError): void => {
    links
      .get(host)
      ?.connection.close()
      .catch(() => undefined);
    links.delete(host);
    unreachable.set(host, error);
  };
  const close = async (): Promise<void> => {
    await Promise.all([...links.values()].map(({ connection }) => connection.close()));
  };
  await add(targets);
  return { links, unreachable, add, drop, close };
}

/** The first host on the way: there the connections of all that are behind it begin at the same time. */
function jumpHostOf(target: Target): string | undefined {
  if (target.kind === 'local') return undefined;
  return target.hops[0]?.address ?? target.proxyCommand;
}

/** Pauses between attempts to reach a host again, in milliseconds: about two minutes in all. */
const PAUSES = [0, 1000, 2000, 4000, 8000, 15_000, 30_000, 60_000];

async function keepTrying(open: () => Promise<Connection>): Promise<Connection> {
  let last: unknown;
  for (const pause of PAUSES) {
    await new Promise((resolve) => setTimeout(resolve, pause));
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
