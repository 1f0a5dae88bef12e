/** The variables of a host in a project: outside of plays, or as one play sees them. */
import { didYouMean } from '../base/did-you-mean.ts';
import type { Node } from '../base/node.ts';
import { isList } from '../base/value.ts';
import { createTemplar } from '../render/templar.ts';
import { unknownHost } from './inventory/errors.ts';
import type { Host } from './inventory/model.ts';
import { groupsMadeBy } from './made-groups.ts';
import { oneOrMany } from './playbook/read.ts';
import type { Play } from './playbook/types.ts';
import type { Project } from './project.ts';
import { factsLayer } from './vars/facts.ts';
import {
  createHostScope,
  type HostScope,
  hostLayers,
  type ScopeContext,
  type VariableSources,
} from './vars/host-scope.ts';
import { type Layer, LEVELS, sortLayers } from './vars/levels.ts';
import { hostMagic } from './vars/magic.ts';
import { withVarsFiles } from './vars/vars-files.ts';

/** What a scope takes in besides the project's own files. */
export type ScopeOptions = {
  /** The play whose variables count. */
  readonly play?: Play;
  /** Role defaults and variables, task variables, results, … each with its level. */
  readonly layers?: readonly Layer[];
  /** Facts of the host; without them those of `--facts` count. */
  readonly facts?: Node;
  /** What is known of each host besides, for `hostvars`; the same object as long as nothing is learnt. */
  readonly others?: (name: string) => OtherHost | undefined;
};

/** What a run has found out about a host. */
export type OtherHost = {
  readonly facts?: Node | undefined;
  readonly layers: readonly Layer[];
  /** Hears of each variable of the host that is asked for. */
  readonly onAsk?: (name: string) => void;
};

/** The variables of one host. @throws GatError inventory/unknown-host, and what reading vars_files throws */
export function hostScope(project: Project, name: string, options: ScopeOptions = {}): HostScope {
  const host = project.inventory.host(name);
  if (!host) throw unknownHost(name, project.inventory);
  const hosts = options.others ? hostvarsOf(project, options.others) : createHostvars(project, options);
  return scopeOf(project, host, options, hosts);
}

type Others = NonNullable<ScopeOptions['others']>;

const sharedHostvars = new WeakMap<Project, WeakMap<Others, ScopeContext['hosts']>>();

/** What the hosts of one run see of each other: to all the same, so that it is made once. */
function hostvarsOf(project: Project, others: Others): ScopeContext['hosts'] {
  const ofProject = sharedHostvars.get(project) ?? new WeakMap<Others, ScopeContext['hosts']>();
  sharedHostvars.set(project, ofProject);
  const hosts = ofProject.get(others) ?? createHostvars(project, { others });
  ofProject.set(others, hosts);
  return hosts;
}

/** The scopes that `hostvars` shows: without the variables of any play, as in Ansible. */
function createHostvars(project: Project, options: ScopeOptions): ScopeContext['hosts'] {
  const scopes = new Map<string, { readonly scope: HostScope; readonly from: OtherHost | undefined }>();
  const hostvars: ScopeContext['hosts'] = {
    names: () => namesOf(project, options),
    scopeOf: (name) => {
      const known = scopes.get(name);
      const host = project.inventory.host(name);
      const from = options.others?.(name);
      if (!host || (known && known.from === from)) return known?.scope;
      const facts = options.others ? from?.facts : options.facts;
      const own = scopeOf(project, host, { layers: from?.layers ?? [], ...(facts && { facts }) }, hostvars);
      const scope = from?.onAsk ? { ...own, onAsk: from.onAsk } : own;
      scopes.set(name, { scope, from });
      return scope;
    },
  };
  return hostvars;
}

/** All hosts, and `localhost` where a play has it without any inventory naming it. */
function* namesOf({ inventory }: Project, { others }: ScopeOptions): Iterable<string> {
  yield* inventory.hosts.keys();
  if (!inventory.hosts.has('localhost') && others?.('localhost')) yield 'localhost';
}

function scopeOf(project: Project, host: Host, options: ScopeOptions, hosts: ScopeContext['hosts']): HostScope {
  const { play } = options;
  const magic = hostMagic(project.magic, host, play ? playMagic(project, play) : undefined);
  const context: ScopeContext = { host: host.name, magic, hosts, merge: project.config.hashMerge };
  const facts = options.facts ?? factsOf(project, host);
  const layers = sortLayers([
    ...hostLayers(host, sourcesOf(project, play)),
    ...(facts ? [factsLayer(facts)] : []),
    ...(play && play.vars.size > 0 ? [{ level: LEVELS.playVars, variables: play.vars }] : []),
    ...(project.extraVars.size > 0 ? [{ level: LEVELS.extraVars, variables: project.extraVars }] : []),
    ...(options.layers ?? []),
  ]);
  const scope = createHostScope(layers, context);
  return play ? withVarsFiles(scope, play, project) : scope;
}

/** A playbook that is imported from another folder has the variables beside it, as in Ansible. */
function sourcesOf({ sources }: Project, play: Play | undefined): VariableSources {
  const playbookFolder = play?.importedFrom ?? sources.playbookFolder;
  if (playbookFolder === sources.playbookFolder) return sources;
  const known = importedSources.get(sources) ?? new Map<string, VariableSources>();
  importedSources.set(sources, known);
  const found = known.get(playbookFolder) ?? { ...sources, playbookFolder, byGroups: new Map() };
  known.set(playbookFolder, found);
  return found;
}

const importedSources = new WeakMap<VariableSources, Map<string, VariableSources>>();

type PlayMagic = {
  readonly folder: string;
  readonly name: Play['name'];
  readonly hosts: readonly string[];
  readonly roles: readonly string[];
};

/** What a play says to each of its hosts; the same to all, so that it is found out once. */
const playMagics = new WeakMap<Project, Map<Play, PlayMagic>>();

function playMagic(project: Project, play: Play): PlayMagic {
  const known = playMagics.get(project) ?? new Map<Play, PlayMagic>();
  playMagics.set(project, known);
  const found = known.get(play);
  if (found) return found;
  const magic = {
    folder: play.importedFrom ?? project.sources.playbookFolder,
    name: play.name,
    hosts: playHosts(project, play),
    roles: play.roles.map((entry) => entry.role),
  };
  known.set(play, magic);
  return magic;
}

/** The hosts of a play, by name. A pattern that is a template knows the play's own and the extra variables, as in Ansible. */
export function playHosts(project: Project, play: Play): readonly string[] {
  const scope = {
    lookup: (name: string) => lookupOutside(project, play, name),
    names: () => [...project.extraVars.keys(), ...play.vars.keys()],
  };
  const value = createTemplar({ scope }).evaluate(play.hosts);
  const patterns = value === undefined ? [] : (isList(value) ? value : [value]).map(String);
  return project.inventory.select(patterns).map((host) => host.name);
}

/** Warns of patterns of plays that match nothing; Ansible goes on, too. */
export function warnUnmatched({ inventory, loader }: Project, plays: readonly Play[]): void {
  if (inventory.hosts.size === 0) return;
  const isMade = groupsMadeBy(plays);
  for (const one of plays.flatMap(({ hosts }) => oneOrMany(hosts))) {
    if (one.kind !== 'scalar' || typeof one.value !== 'string' || one.value.includes('{{')) continue;
    for (const pattern of inventory.unmatched(one.value).filter((name) => !isMade(name))) {
      const near = didYouMean(pattern, [...inventory.groups.keys(), ...inventory.hosts.keys()]);
      const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
      loader.warn({
        position: one.position,
        text: `no group and no host of the inventory is called ${pattern}${hint}`,
      });
    }
  }
}

function lookupOutside(project: Project, play: Play, name: string): Node | undefined {
  return (project.magic.get(name) ?? project.extraVars.get(name) ?? play.vars.get(name))?.node;
}

/** Facts of `--facts` may be those of one host, or be listed by host. */
function factsOf(project: Project, host: Host): Node | undefined {
  const { facts } = project;
  if (facts?.kind !== 'dict') return undefined;
  const isByHost =
    facts.entries.size > 0 && [...facts.entries.keys()].every((key) => project.inventory.host(String(key)));
  return isByHost ? facts.entries.get(host.name) : facts;
}
