/** Runs stacks against a lab host, over a connection that tests may cut. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runReading } from '../../../src/apply/execute.ts';
import { printSerial } from '../../../src/apply/lease.ts';
import type { Outcome } from '../../../src/apply/outcome.ts';
import type { Emit, RunEvent } from '../../../src/base/events.ts';
import { buildGraph } from '../../../src/graph/graph.ts';
import { newNonce, parseSections } from '../../../src/plan/frame.ts';
import { makePlan, type Plan } from '../../../src/plan/plan.ts';
import { parseProbe, renderProbe } from '../../../src/plan/probe.ts';
import { createReporter } from '../../../src/report/create-reporter.ts';
import type { Resource } from '../../../src/resources/index.ts';
import { applyFresh } from '../../../src/session/apply-session.ts';
import { connectAll, type Links } from '../../../src/session/connect.ts';
import { loadSshConfig } from '../../../src/transport/target/ssh-config.ts';
import type { Target } from '../../../src/transport/target/target.ts';
import { targetFor } from '../../../src/transport/target/target-for.ts';

/** How to reach a host: plain data, so that a test can hand it to another process. */
export type Reach = {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly privateKey: string;
  readonly knownHosts: string;
  /** Who logs in, and the password of its sudo; default: debian, whose sudo asks for none. */
  readonly user?: string;
  readonly sudoPassword?: string;
};

/** The same host by way of a proxy on this machine: its keys are written down for the proxy's port. */
export function throughProxy(reach: Reach, port: number, folder: string): Reach {
  const lines = readFileSync(reach.knownHosts, 'utf8').split('\n');
  const own = lines.filter((line) => line.split(' ')[0]?.split(',').includes(reach.address));
  const knownHosts = join(folder, `known_hosts.${port}`);
  const keys = own.map((line) => `[127.0.0.1]:${port} ${line.split(' ').slice(1).join(' ')}`);
  writeFileSync(knownHosts, `${keys.join('\n')}\n`);
  return { ...reach, address: '127.0.0.1', port, knownHosts };
}

export function targetOf({ name, address, port, privateKey, knownHosts, user, sudoPassword }: Reach): Target {
  const nowhere = { home: '/nonexistent', environment: {}, systemFile: '/nonexistent/config' };
  const vars = {
    ansible_host: address,
    ansible_port: port,
    ansible_user: user ?? 'debian',
    ...(sudoPassword !== undefined && { ansible_become_password: sudoPassword }),
    ansible_ssh_private_key_file: privateKey,
    ansible_ssh_common_args: `-o UserKnownHostsFile=${knownHosts} -o StrictHostKeyChecking=yes`,
  };
  return targetFor(name, vars, loadSshConfig(nowhere));
}

export type RunOptions = {
  readonly emit?: Emit;
  readonly lockWaitMs?: number;
  readonly signal?: AbortSignal;
  readonly leave?: AbortSignal;
  readonly who?: string;
  /** Called once the connection stands, before anything is read. */
  readonly onConnected?: (links: Links) => void;
};

export type RunReport = {
  readonly outcome: Outcome | undefined;
  readonly plan: Plan;
  readonly events: readonly RunEvent[];
  readonly statuses: Readonly<Record<string, string>>;
};

/** Connects, reads, plans; and unless told otherwise applies, as the command does. */
export async function runOn(
  reach: Reach,
  resources: readonly Resource[],
  options: RunOptions & { planOnly?: boolean } = {},
): Promise<RunReport> {
  const events: RunEvent[] = [];
  const emit: Emit = (event) => {
    events.push(event);
    options.emit?.(event);
  };
  const clock = () => performance.now();
  const links = await connectAll([targetOf(reach)], { emit, clock });
  try {
    const [failed] = links.unreachable.values();
    if (failed) throw failed;
    options.onConnected?.(links);
    const graph = buildGraph([{ host: reach.name, resources }]);
    let plan: Plan = { entries: [] };
    const prepare = async () => {
      const link = links.links.get(reach.name);
      if (!link) throw new Error('no link');
      const nodes = [...graph.nodes.values()];
      const nonce = newNonce();
      const script = renderProbe(nodes, nonce, { first: [{ name: 'serial', script: printSerial }] });
      const { stdout } = await runReading(link, script);
      const serial = parseSections(stdout, nonce).get('serial')?.stdout.toString().trim() ?? '';
      plan = makePlan(graph, parseProbe(nodes, stdout, nonce));
      return { graph, plan, links: links.links, serials: new Map([[reach.name, serial]]) };
    };
    if (options.planOnly) {
      await prepare();
      return { outcome: undefined, plan, events, statuses: {} };
    }
    const sink = { write: () => true };
    const reporter = { ...createReporter({ mode: 'json', stdout: sink, stderr: sink }), emit };
    const outcome = await applyFresh(
      prepare,
      { reporter, clock },
      {
        who: options.who ?? 'a test',
        lockWaitMs: options.lockWaitMs ?? 0,
        signal: options.signal ?? new AbortController().signal,
        leave: options.leave ?? new AbortController().signal,
        isReviewed: false,
      },
    );
    const statuses = [...outcome.results.values()].map(({ resource, status }) => [resource, status] as const);
    return { outcome, plan, events, statuses: Object.fromEntries(statuses) };
  } finally {
    await links.close();
  }
}

/** What a plan would change, as `action resource`. */
export function changesOf(plan: Plan): readonly string[] {
  return plan.entries.flatMap((entry) =>
    entry.status === 'same' ? [] : [`${entry.status} ${entry.node.resource.id}`],
  );
}
