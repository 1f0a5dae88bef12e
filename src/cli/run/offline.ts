/** A plan without any host: what a project declares, compared with another checkout of it or with nothing. */
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Facts } from '../../base/facts.ts';
import { buildGraph, type Graph } from '../../graph/graph.ts';
import { type Entry, makePlan, type Plan } from '../../plan/plan.ts';
import type { Project } from '../../project/project.ts';
import { hostScope } from '../../project/scope.ts';
import type { TextChange } from '../../report/text-diff.ts';
import type { Observed } from '../../resources/kind.ts';
import type { Output } from '../../session/session-types.ts';
import { declareAll } from '../../stack/declare-all.ts';
import { openStack } from '../../stack/open-stack.ts';
import type { StackOptions } from '../../stack/options.ts';
import { onlyHosts, type Stack } from '../../stack/stack.ts';
import { tellWarnings } from '../../stack/tell-warnings.ts';

export type Offline = {
  readonly graph: Graph;
  readonly plan: Plan;
  readonly texts: ReadonlyMap<string, TextChange>;
};

type Flags = StackOptions & { readonly base?: string };

/** Declares a stack and compares it. @throws GatError or Problems for mistakes of either checkout */
export async function planOffline(stack: Stack, flags: Flags, output: Output): Promise<Offline> {
  const graph = await declareOffline(stack, flags, output);
  if (flags.base === undefined)
    return {
      graph,
      texts: new Map(),
      plan: makePlan(
        graph,
        everyState(graph, () => NOT_ASKED),
      ),
    };
  const base = await baseGraph(stack, { ...flags, directory: flags.base }, output);
  const observed = everyState(graph, (key) => stateIn(base, key));
  const gone = [...base.nodes.keys()].filter((key) => !graph.nodes.has(key));
  const entries = [...makePlan(graph, observed).entries, ...gone.flatMap((key) => removal(base, key))];
  return { graph, plan: { entries }, texts: changedTexts(entries, base, graph) };
}

const NOT_ASKED: Observed = { unknown: 'no host was asked' };

/** The other checkout may lack these hosts or playbooks: then everything is new. */
async function baseGraph(stack: Stack, flags: Flags, output: Output): Promise<Graph> {
  const silent = { ...output, reporter: { ...output.reporter, emit: () => {} } };
  const base = await openStack(stack.names, flags);
  return declareOffline(flags.shard ? onlyHosts(base, stack.hosts) : base, flags, silent);
}

/** Declares a stack as if its hosts were plain ones. */
export async function declareOffline(stack: Stack, flags: Flags, { reporter, clock }: Output): Promise<Graph> {
  tellWarnings(stack.project, { reporter, clock });
  await setImmediate();
  const facts = new Map(stack.hosts.map((host) => [host, factsOf(stack.project, host)]));
  const { graph } = await declareAll({ stack, targets: [], facts }, { reporter, clock, ...flags });
  const { seal } = stack.project.vault;
  if (seal?.isMet) {
    const reason = seal.reason === undefined ? '' : ` (${seal.reason})`;
    const text = `the vault stays closed: stand-ins take the place of its values${reason}`;
    reporter.emit({ type: 'warning', at: clock(), text });
  }
  return graph.nodes.size > 0 ? graph : buildGraph([]);
}

/** What is taken for granted of a host that nobody asks: a plain Debian 12. */
function factsOf(project: Project, host: string): Facts {
  const node = hostScope(project, host).lookup('ansible_host');
  const written = node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : host;
  const name = path.posix.basename(host);
  return {
    distribution: 'debian',
    version: '12',
    codename: 'bookworm',
    architecture: 'x86_64',
    debArchitecture: 'amd64',
    hostname: name.split('.')[0] ?? name,
    fqdn: name,
    address: '',
    addresses: [written],
    memoryMb: 8192,
    processors: 4,
    kernel: '6.1.0',
    loginUser: 'root',
  };
}

function everyState(graph: Graph, stateOf: (key: string) => Observed): ReadonlyMap<string, Observed> {
  return new Map([...graph.nodes.keys()].map((key) => [key, stateOf(key)]));
}

/** The state that the other checkout asks for, as if it had been applied. */
function stateIn(base: Graph, key: string): Observed {
  const resource = base.nodes.get(key)?.resource;
  return resource ? resource.kind.desired(resource) : 'absent';
}

function removal(base: Graph, key: string): readonly Entry[] {
  const node = base.nodes.get(key);
  const observed = stateIn(base, key);
  return node && observed !== 'absent' ? [{ key, node, observed, status: 'remove', differences: [] }] : [];
}

/** Old and new texts, from the two declarations. */
function changedTexts(entries: readonly Entry[], base: Graph, graph: Graph): ReadonlyMap<string, TextChange> {
  const textIn = (one: Graph, key: string) => {
    const resource = one.nodes.get(key)?.resource;
    return resource?.kind.text(resource)?.content;
  };
  const changes = entries.flatMap(({ key, status }): [string, TextChange][] => {
    const change = { before: textIn(base, key), after: textIn(graph, key) };
    const isText = change.before !== undefined || change.after !== undefined;
    return (status === 'create' || status === 'update') && isText ? [[key, change]] : [];
  });
  return new Map(changes);
}
