/** Galaxy's job configuration: runners, environments, and which tools go where; YAML, TPV and the older XML in one shape. */
import type { Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import { entriesOf, isFullyKnown, isKnown, itemsOf, part, placeOf, textOf } from './tree.ts';

export type Runner = {
  readonly id: string;
  readonly at: Position;
  readonly load: string;
  readonly params: Node;
  /** The runner that speaks to Pulsar over a message queue. */
  readonly isPulsarMq: boolean;
};

export type Environment = {
  readonly id: string;
  readonly at: Position;
  readonly runner: string | undefined;
  readonly runnerAt: Position | undefined;
  readonly params: Node;
  readonly tags: readonly string[];
  readonly from: 'job_conf' | 'tpv';
};

/** A name that must exist: of a tool's environment, or the default one. */
export type Reference = {
  readonly of: string;
  readonly to: string;
  readonly at: Position;
  /** Names that it may mean, where those are not the environments. */
  readonly among?: readonly string[];
};

export type JobConf = {
  /** What it is called in messages. */
  readonly label: string;
  readonly runners: readonly Runner[];
  readonly environments: readonly Environment[];
  readonly references: readonly Reference[];
  /** Entries for tools that send them nowhere. */
  readonly unmapped: readonly { readonly id: string; readonly at: Position }[];
  /** Environments whose number of jobs is limited. */
  readonly limited: readonly Reference[];
  /** Several environments, and none of them the default. */
  readonly lacksDefault: Position | undefined;
  /** Some part is only known on the host, so that a missing name proves nothing. */
  readonly isPartial: boolean;
  /** Destinations may stand in a file of TPV that the project does not have, or whose name only the host knows. */
  readonly hasUnreadTpv: boolean;
};

/** Reads the YAML form. */
export function readJobConf(root: Node, label: string): JobConf {
  const execution = part(root, 'execution');
  const environments = entriesOf(part(execution, 'environments'));
  return {
    label,
    runners: entriesOf(part(root, 'runners')).map(([id, node]) => readRunner(root, id, node)),
    environments: environments.map(([id, node]) => readEnvironment(id, node, part(execution, 'environments'))),
    references: [
      ...defaultReference(execution),
      ...environments.flatMap(([id, node]) => resubmitReferences(id, node)),
      ...itemsOf(part(root, 'tools')).flatMap(toolReference),
    ],
    unmapped: itemsOf(part(root, 'tools')).flatMap(unmappedTool),
    limited: itemsOf(part(root, 'limits')).flatMap(limitReference),
    lacksDefault: lacksDefault(execution, environments.length),
    isPartial: environments.some(([, node]) => !isKnown(node)),
    hasUnreadTpv: environments.some(([, node]) => {
      const files = part(node, 'tpv_config_files');
      return files !== undefined && !isFullyKnown(files);
    }),
  };
}

/** Reads the destinations of a TPV file; what they inherit is put in. */
export function readTpvDestinations(root: Node): readonly Environment[] {
  const all = part(root, 'destinations');
  const own = entriesOf(all).filter(([, node]) => textOf(part(node, 'abstract')) !== 'true');
  return own.flatMap(([id, node]): Environment[] => {
    const chain = inheritance(all, node);
    const runner = chain.flatMap((one) => part(one, 'runner') ?? [])[0];
    const params = mergeDicts(
      chain.flatMap((one) => [part(one, 'params'), limits(one)]).filter((one) => one !== undefined),
    );
    const at = placeOf(all, id) ?? node.position;
    if (!params && !runner) return [];
    return [
      {
        id,
        at,
        runner: textOf(runner),
        runnerAt: runner?.position,
        params: params ?? { kind: 'dict', entries: new Map(), position: at },
        tags: [],
        from: 'tpv',
      },
    ];
  });
}

/** What destinations and tools of TPV files inherit from; all files of one dispatcher count as one. */
export function readTpvReferences(roots: readonly Node[]): readonly Reference[] {
  return ['destinations', 'tools'].flatMap((section) => {
    const all = roots.flatMap((root) => entriesOf(part(root, section)));
    const among = all.map(([id]) => id);
    return all.flatMap(([id, node]): readonly Reference[] => {
      const parent = part(node, 'inherits');
      const to = textOf(parent);
      return parent && to !== undefined ? [{ of: `inherits of ${id}`, to, at: parent.position, among }] : [];
    });
  });
}

/** Tags that tools ask for, which some destination has to have. */
export function readTpvTags(roots: readonly Node[]): readonly Reference[] {
  const entities = (section: string) => roots.flatMap((root) => entriesOf(part(root, section)));
  const tagged = (node: Node, kind: string) =>
    itemsOf(part(node, 'scheduling', kind)).flatMap((one) => textOf(one) ?? []);
  const among = entities('destinations').flatMap(([, node]) =>
    ['require', 'prefer', 'accept'].flatMap((kind) => tagged(node, kind)),
  );
  return entities('tools').flatMap(([id, node]) =>
    itemsOf(part(node, 'scheduling', 'require')).flatMap((one): readonly Reference[] => {
      const to = textOf(one);
      return to === undefined ? [] : [{ of: `scheduling.require of ${id}`, to, at: one.position, among }];
    }),
  );
}

/** What TPV allows a job, which stands beside the parameters. */
function limits(node: Node): Node {
  const entries = ['max_accepted_mem', 'max_mem'].flatMap((key) => {
    const value = part(node, key);
    return value ? [[key, value] as const] : [];
  });
  return { kind: 'dict', entries: new Map(entries), position: node.position };
}

function inheritance(all: Node | undefined, node: Node, depth = 0): readonly Node[] {
  const parent = textOf(part(node, 'inherits'));
  const next = parent === undefined || depth > 8 ? undefined : part(all, parent);
  return next ? [node, ...inheritance(all, next, depth + 1)] : [node];
}

/** The first dict wins. */
function mergeDicts(nodes: readonly Node[]): Node | undefined {
  const dicts = nodes.filter((one) => one.kind === 'dict');
  const [first] = dicts;
  if (!first) return undefined;
  const lowestFirst = [...dicts].reverse();
  return {
    ...first,
    entries: new Map(lowestFirst.flatMap((one) => [...one.entries])),
    keyPositions: new Map(lowestFirst.flatMap((one) => [...(one.keyPositions ?? [])])),
  };
}

function readRunner(root: Node, id: string, node: Node): Runner {
  const load = textOf(part(node, 'load')) ?? '';
  return {
    id,
    at: placeOf(part(root, 'runners'), id) ?? node.position,
    load,
    params: node,
    isPulsarMq: /:Pulsar(?:Embedded)?MQJobRunner$/.test(load),
  };
}

function readEnvironment(id: string, node: Node, all: Node | undefined): Environment {
  return {
    id,
    at: placeOf(all, id) ?? node.position,
    runner: textOf(part(node, 'runner')),
    runnerAt: part(node, 'runner')?.position,
    params: node,
    tags: tagsOf(part(node, 'tags')),
    from: 'job_conf',
  };
}

function tagsOf(node: Node | undefined): readonly string[] {
  return itemsOf(node).flatMap((item) => (textOf(item) ?? '').split(',').map((tag) => tag.trim()));
}

function defaultReference(execution: Node | undefined): readonly Reference[] {
  const node = part(execution, 'default');
  const to = textOf(node);
  return node && to !== undefined ? [{ of: 'execution.default', to, at: node.position }] : [];
}

const DEFAULTS = ['default', 'default_from_environ', 'default_from_config'];

function lacksDefault(execution: Node | undefined, count: number): Position | undefined {
  return count > 1 && !DEFAULTS.some((key) => part(execution, key)) ? execution?.position : undefined;
}

function resubmitReferences(id: string, node: Node): readonly Reference[] {
  return itemsOf(part(node, 'resubmit')).flatMap((one): readonly Reference[] => {
    const target = part(one, 'environment') ?? part(one, 'destination');
    const to = textOf(target);
    return target && to !== undefined ? [{ of: `resubmit of ${id}`, to, at: target.position }] : [];
  });
}

/** An entry may also name a handler or resources, or say all in parameters of its own. */
function unmappedTool(tool: Node): JobConf['unmapped'] {
  const id = textOf(part(tool, 'id'));
  const keys = entriesOf(tool).filter(([key, node]) => key !== 'id' && textOf(node) !== '' && isSet(node));
  return id === undefined || keys.length > 0 ? [] : [{ id, at: part(tool, 'id')?.position ?? tool.position }];
}

function isSet(node: Node): boolean {
  return !(isKnown(node) && node.kind === 'scalar' && node.value === null);
}

/** By id or by tag, in the words of today's form or of the older one. */
function limitReference(limit: Node): readonly Reference[] {
  const type = textOf(part(limit, 'type')) ?? '';
  const node = part(limit, 'id') ?? part(limit, 'tag');
  const to = textOf(node);
  if (!node || !to || !/^(?:environment|destination)_(?:user|total)_concurrent_jobs$/.test(type)) return [];
  return [{ of: `the limit ${type}`, to, at: node.position }];
}

function toolReference(tool: Node): readonly Reference[] {
  const node = part(tool, 'environment') ?? part(tool, 'destination');
  const to = textOf(node);
  const of = textOf(part(tool, 'id')) ?? textOf(part(tool, 'class')) ?? 'a tool';
  return node && to !== undefined ? [{ of: `tool ${of}`, to, at: node.position }] : [];
}
