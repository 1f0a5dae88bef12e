/** Whether a host listens where it should, and nowhere else. See ss(8). */
import { sh } from '../../base/shell.ts';
import type { Check, Verdict } from '../check.ts';

/** Who may reach a port: everybody, only the host itself, nobody. */
export type Reach = 'network' | 'loopback' | 'nobody';

export type Listener = {
  readonly port: number;
  readonly reach: Reach;
  /** What it is for, in a word or two. */
  readonly use: string;
  /** A port that need not be open at all; without it, it must be. */
  readonly optional?: boolean;
};

/** Whether the ports of a service listen exactly as far as they should. `rabbitmq-diagnostics` and the like show what was asked for; ss shows what is. */
export function listeners(options: {
  readonly id: string;
  readonly host: string;
  readonly of: string;
  readonly ports: readonly Listener[];
}): Check {
  const wanted = options.ports.map(({ port, reach }) => `${port} for ${WHO[reach]}`).join(', ');
  return {
    id: options.id,
    host: options.host,
    title: `${options.of} listens on ${wanted}`,
    asks: 'ss -ltnH',
    script: sh`ss -ltnH`,
    judge: ({ code, stdout, stderr }) =>
      code === 0
        ? judge(stdout, options.ports)
        : { ok: false, got: stderr.trim(), fix: 'install iproute2, which has ss' },
  };
}

const WHO = { network: 'everybody', loopback: 'this host only', nobody: 'nobody' } as const;

function judge(stdout: string, wanted: readonly Listener[]): Verdict {
  const open = parseListeners(stdout);
  const wrong = wanted.flatMap((one) => {
    const addresses = open.get(one.port) ?? [];
    const reach = reachOf(addresses);
    if (reach === one.reach || (one.optional && reach === 'nobody')) return [];
    return [
      `${one.port} (${one.use}) is open to ${WHO[reach]}${addresses.length > 0 ? ` on ${addresses.join(' ')}` : ''}`,
    ];
  });
  if (wrong.length === 0) {
    const shown = wanted.flatMap((one) => (open.get(one.port) ?? []).map((address) => `${address}:${one.port}`));
    return { ok: true, got: shown.join(' ') };
  }
  return { ok: false, got: wrong.join('; '), fix: 'see which settings name these ports, and apply again' };
}

function reachOf(addresses: readonly string[]): Reach {
  if (addresses.length === 0) return 'nobody';
  return addresses.every((address) => /^(?:127\.|\[::1\]$|\[::ffff:127\.)/.test(address)) ? 'loopback' : 'network';
}

/** Parses lines such as `LISTEN 0 128 127.0.0.1:5672 0.0.0.0:*` to addresses by port. */
export function parseListeners(stdout: string): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  for (const line of stdout.split('\n')) {
    const match = /^LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s/.exec(line);
    if (match?.[1] && match[2]) found.set(Number(match[2]), [...(found.get(Number(match[2])) ?? []), match[1]]);
  }
  return found;
}
