/** The variables of one host, layer over layer, with every definition that was shadowed. */
import type { HostScopes, Node, Scope } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import { type Group, groupsInOrder, type Host, type Variables } from '../inventory/model.ts';
import type { GroupFiles } from './group-files.ts';
import { byLevel, type Layer, LEVELS, type Level, sortLayers } from './levels.ts';
import { dictNodeOf } from './nodes.ts';
import { mergeNodes } from './variables.ts';

/** One place that defines a variable. */
export type Definition = { readonly level: Level; readonly node: Node; readonly position: Position };

/** A host's variables. */
export type HostScope = Scope & {
  readonly host: string;
  /** All definitions of a variable, the winning one first. */
  readonly definitions: (name: string) => readonly Definition[];
  /** Names that a user's files define, without the magic ones. */
  readonly userNames: () => Iterable<string>;
  readonly layers: readonly Layer[];
  /** The same scope with more layers, such as a role's defaults or a task's variables. */
  readonly with: (layers: readonly Layer[]) => HostScope;
};

/** Where the files of a host's variables are looked for. */
export type VariableSources = {
  readonly files: GroupFiles;
  /** Folders of the inventory sources, in order. */
  readonly inventoryFolders: readonly string[];
  readonly playbookFolder: string;
  readonly all: Group | undefined;
  /** Layers of groups that were put together once. */
  readonly byGroups: Map<string, readonly Layer[]>;
};

/** The layers that inventory, group_vars and host_vars give a host. */
export function hostLayers(host: Host, sources: VariableSources): readonly Layer[] {
  return [...groupLayers(host, sources), ...ownLayers(host, sources)];
}

/** The layers of a host's groups; hosts with the same groups get the same list. */
export function groupLayers(host: Host, sources: VariableSources): readonly Layer[] {
  const groups = groupsInOrder(host);
  const key = groups.map((group) => group.name).join('\n');
  const known = sources.byGroups.get(key);
  if (known) return known;
  const all = sources.all ? [sources.all] : [];
  const beside = (folders: readonly string[], names: readonly Group[]) =>
    folders.flatMap((folder) => names.map(({ name }) => sources.files.read(folder, 'group_vars', name)));
  const inventory = sources.inventoryFolders;
  const playbook = [sources.playbookFolder];
  const layers = [
    ...layersOf(
      LEVELS.inventoryAll,
      all.map((group) => group.vars),
    ),
    ...layersOf(
      LEVELS.inventoryGroup,
      groups.map((group) => group.vars),
    ),
    ...layersOf(LEVELS.inventoryGroupVarsAll, beside(inventory, all)),
    ...layersOf(LEVELS.playbookGroupVarsAll, beside(playbook, all)),
    ...layersOf(LEVELS.inventoryGroupVars, beside(inventory, groups)),
    ...layersOf(LEVELS.playbookGroupVars, beside(playbook, groups)),
  ];
  sources.byGroups.set(key, layers);
  return layers;
}

/** The layers of the host itself. */
export function ownLayers(host: Host, sources: VariableSources): readonly Layer[] {
  const inventory = sources.inventoryFolders.map((folder) => sources.files.read(folder, 'host_vars', host.name));
  return [
    ...layersOf(LEVELS.inventoryHost, [host.vars]),
    ...layersOf(LEVELS.inventoryHostVars, inventory),
    ...layersOf(LEVELS.playbookHostVars, [sources.files.read(sources.playbookFolder, 'host_vars', host.name)]),
  ];
}

/** What a scope is made of besides its layers. */
export type ScopeContext = {
  readonly host: string;
  readonly magic: Variables;
  readonly hosts: HostScopes;
  readonly merge: boolean;
};

/** Makes a scope of layers that are in the order of precedence, the lowest first. */
export function createHostScope(layers: readonly Layer[], context: ScopeContext): HostScope {
  const { magic, merge } = context;
  const definitions = (name: string): Definition[] => {
    const found: Definition[] = [];
    const add = ({ level, variables }: Layer): void => {
      const variable = variables.get(name);
      // A folder may lie beside the inventory and beside the playbook; Ansible reads it twice, people see one definition.
      if (!variable || found.some(({ node }) => node === variable.node)) return;
      found.push({ level, node: variable.node, position: variable.position });
    };
    add({ level: LEVELS.magic, variables: magic });
    for (let index = layers.length - 1; index >= 0; index--) {
      const layer = layers[index];
      if (layer) add(layer);
    }
    return found;
  };
  const lookup = (name: string): Node | undefined => {
    const known = magic.get(name);
    if (known) return known.node;
    const found = merge ? mergeByLevel(definitions(name).reverse()) : topmost(layers, name);
    return found ?? (name === 'ansible_facts' ? NO_FACTS : undefined);
  };
  const userNames = (): Set<string> => {
    const names = new Set<string>();
    for (const { variables } of layers) for (const name of variables.keys()) if (!magic.has(name)) names.add(name);
    return names;
  };
  return {
    host: context.host,
    hosts: context.hosts,
    layers,
    lookup,
    names: () => [...userNames(), ...magic.keys()],
    userNames,
    definitions,
    with: (more) => createHostScope(sortLayers([...layers, ...more]), context),
  };
}

/** A host that was not asked has facts, too: none. */
const NO_FACTS = dictNodeOf([]);

/** One value of all definitions, the lowest first. */
function mergeByLevel(definitions: readonly Definition[]): Node | undefined {
  const [first, ...rest] = byLevel(definitions).map((chunk) =>
    chunk.map(({ node }) => node).reduce((lower, higher) => mergeNodes(lower, higher)),
  );
  return first && rest.reduce((lower, higher) => mergeNodes(lower, higher), first);
}

function topmost(layers: readonly Layer[], name: string): Node | undefined {
  for (let index = layers.length - 1; index >= 0; index--) {
    const variable = layers[index]?.variables.get(name);
    if (variable) return variable.node;
  }
  return undefined;
}

function layersOf(level: Level, sources: readonly Variables[]): Layer[] {
  return sources.filter((variables) => variables.size > 0).map((variables) => ({ level, variables }));
}
