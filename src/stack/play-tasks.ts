/** The tasks of a play and its roles, native and unmodified ones, for one host. */
import { type GatError, Problems } from '../base/errors.ts';
import type { Position } from '../base/position.ts';
import { orError } from '../project/loader.ts';
import { searchedRoles } from '../project/playbook/play-roles.ts';
import type { RoleFolder } from '../project/playbook/role-folder.ts';
import type { Play, RoleEntry } from '../project/playbook/types.ts';
import type { Project } from '../project/project.ts';
import { type Layer, LEVELS } from '../project/vars/levels.ts';
import type { Role } from '../roles/role.ts';
import { defaultsOf } from '../roles/values.ts';
import type { FoundRole, PlayContext, Readings, RoleAsking } from '../tasks/context.ts';
import { knownLayers, type Memory } from '../tasks/memory.ts';
import { type CompiledPlay, compilePlay } from '../tasks/play.ts';
import type { PlayRole } from '../tasks/roles.ts';
import type { TagFilter } from '../tasks/tags.ts';
import type { Check } from '../verify/check.ts';
import { declareHost, type HostDeclaration, type HostPlay } from './declare.ts';
import { projectFiles } from './project-files.ts';
import { resolveProjectRole } from './project-roles.ts';

export type PlayTasks = {
  readonly project: Project;
  readonly play: Play;
  /** The play for this host with its native roles. */
  readonly hostPlay: HostPlay;
  /** The play's unmodified roles. */
  readonly folders: ReadonlyMap<RoleEntry, RoleFolder>;
  /** The first host of the play, which runs tasks with run_once. */
  readonly isFirst: boolean;
  readonly tags: TagFilter;
  /** What the tasks of earlier plays learnt of this host. */
  readonly memory?: Memory | undefined;
  /** What tasks of run_once learnt, by their place; shared by the hosts of a play. */
  readonly learntOnce: PlayContext['learntOnce'];
  readonly slotOf: PlayContext['slotOf'];
  readonly readings?: Readings;
  /** What earlier plays declared, and their last tasks. */
  readonly past?: PlayContext['past'];
  /** Takes what tells what the host's tasks have learnt so far. */
  readonly learning?: PlayContext['learning'];
};

export type DeclaredPlay = CompiledPlay &
  Pick<HostDeclaration, 'checks' | 'proofs' | 'examinations'> & {
    /** Tells the user what roles and tasks have to say; once it is sure that this declaration counts. */
    readonly tell: () => void;
  };

/**
 * Declares a play's native roles, and puts its tasks and other roles around them.
 * @throws GatError or Problems: all mistakes of all roles and tasks at once
 */
export function declareTasks(one: PlayTasks): DeclaredPlay {
  const { memory = new Map() } = one;
  const first = declareWith(one, memory);
  const learnt = first.compiled === undefined ? memory : first.compiled.beforeRoles;
  // What pre_tasks set is known to the native roles, too: they are declared again with it.
  const isKnownBefore = [...learnt].every(([name, known]) => !known.node || memory.get(name) === known);
  const last = isKnownBefore ? first : declareWith(one, learnt);
  const problems = [...last.problems];
  if (problems.length > 1) throw new Problems(problems);
  if (problems[0]) throw problems[0];
  if (!last.compiled) throw new Error('a play that was not compiled has no problem');
  const { proofs = [], examinations = [] } = last.declared ?? {};
  const tell = (): void => {
    for (const one of last.told) one();
  };
  return { ...last.compiled, checks: last.checks, proofs, examinations, tell };
}

type Attempt = {
  readonly declared: HostDeclaration | undefined;
  readonly compiled: CompiledPlay | undefined;
  readonly problems: readonly GatError[];
  readonly checks: readonly Check[];
  /** What is told to the user when this attempt counts. */
  readonly told: readonly (() => void)[];
};

/** Declares the native roles with what is known when their turn comes, then compiles. */
function declareWith(one: PlayTasks, known: Memory): Attempt {
  const { play, hostPlay, folders, memory } = one;
  const told: (() => void)[] = [];
  const later = (tell: () => void) => told.push(tell);
  const quiet: HostPlay = { ...hostPlay, warn: (text) => later(() => hostPlay.warn(text)) };
  const declared = orError(() => declareHost({ ...quiet, scope: hostPlay.scope.with(knownLayers(known)) }));
  const roles = play.roles.flatMap((entry): PlayRole[] => {
    const role = folders.get(entry);
    if (role) return [{ kind: 'folder', role, entry }];
    const resources = 'value' in declared ? declared.value.byEntry.get(entry) : undefined;
    return resources ? [{ kind: 'native', resources, position: entry.position }] : [];
  });
  const checks: Check[] = 'value' in declared ? [...declared.value.checks] : [];
  const context = contextOf(one, quiet, checks);
  const compiled = orError(() =>
    compilePlay(
      play,
      roles,
      { ...context, tell: (title, text) => later(() => hostPlay.warn(`${title}: ${text}`)) },
      memory,
    ),
  );
  return {
    declared: 'value' in declared ? declared.value : undefined,
    compiled: 'value' in compiled ? compiled.value : undefined,
    problems: [declared, compiled].flatMap((part) => ('value' in part ? [] : part.errors)),
    checks,
    told,
  };
}

const NOTHING: PlayContext['past'] = { ends: [], declared: () => undefined };

function contextOf(
  { project, play, isFirst, tags, learntOnce, slotOf, learning, readings = new Map(), past = NOTHING }: PlayTasks,
  hostPlay: HostPlay,
  checks: Check[],
) {
  const scope = hostPlay.scope.with(hostPlay.roles.map(({ role }) => defaultsLayer(role)));
  const folders = [...new Set([play.importedFrom ?? project.sources.playbookFolder, project.root])];
  return {
    host: hostPlay.host,
    facts: hostPlay.facts,
    scope,
    access: hostPlay.access,
    files: projectFiles(project.loader, folders),
    keywords: play.keywords,
    when: play.when,
    tags,
    handlers: play.handlers,
    isFirst,
    isHost: (name: string) => project.inventory.host(name) !== undefined,
    learntOnce,
    slotOf,
    readings,
    past,
    ...(learning && { learning }),
    searchedRoles: (name: string) => searchedRoles(project, play, name),
    role(name: string): FoundRole | undefined {
      const role = resolveProjectRole(project, play, name);
      if (!role || !('declare' in role)) return role && { kind: 'folder', role };
      return { kind: 'native', declare: (asking, position) => include(role, asking, position) };
    },
    warn: hostPlay.warn,
  };

  function include(role: Role, { scope: inner, onUse }: RoleAsking, position: Position) {
    const nothing = new Map<never, never>();
    const entry = { role: role.name, position, vars: nothing, params: nothing, when: [], keywords: nothing };
    const included = declareHost({ ...hostPlay, scope: inner, onUse, roles: [{ entry, role }] });
    checks.push(...included.checks);
    return included.resources;
  }
}

/** As in Ansible, a play's tasks see the defaults of its roles. */
function defaultsLayer(role: Role): Layer {
  const variables = new Map(
    [...defaultsOf(role)].map(([name, node]) => [name, { node, position: node.position }]),
  );
  return { level: LEVELS.roleDefaults, variables };
}
