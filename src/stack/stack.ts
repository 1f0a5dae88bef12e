/** A stack: the plays of the playbooks that a command names, and their hosts. The roles behind them are bind.ts's, loaded later. */
import { GatError } from '../base/errors.ts';
import type { Join } from '../project/inventory/inventory.ts';
import { promptUnanswered } from '../project/playbook/errors.ts';
import type { RoleFolder } from '../project/playbook/role-folder.ts';
import type { Play, RoleEntry } from '../project/playbook/types.ts';
import { joinedProject, loadProject, type Project } from '../project/project.ts';
import { playHosts, warnUnmatched } from '../project/scope.ts';
import { warnStray } from '../project/stray-files.ts';
import type { Layer } from '../project/vars/levels.ts';
import type { BoundRole } from './declare.ts';
import { findPlaybook } from './find-playbook.ts';
import { projectOptions, type StackOptions } from './options.ts';
import { answered } from './prompts.ts';

/** A play with the inventory names of its hosts. */
export type StackPlay = {
  /** Whose play it is, as it was named. */
  readonly stack: string;
  readonly play: Play;
  readonly hosts: readonly string[];
};

/** The same with its native roles. */
export type BoundPlay = StackPlay & {
  readonly roles: readonly BoundRole[];
  /** Its other roles: unmodified ones that lie in the project. */
  readonly folders: ReadonlyMap<RoleEntry, RoleFolder>;
  /** What these say to the whole play, native roles included. */
  readonly exports: readonly Layer[];
};

export type Stack = {
  readonly names: readonly string[];
  readonly project: Project;
  readonly plays: readonly StackPlay[];
  /** All hosts of all plays, each once. */
  readonly hosts: readonly string[];
};

/**
 * Loads the project and finds the plays of these stacks with their mistakes, without looking at their roles: enough to connect to the hosts.
 * @throws GatError or Problems for a project that can't be read at all
 */
export async function findStack(
  names: readonly string[],
  options: StackOptions,
): Promise<{ readonly stack: Stack; readonly problems: readonly GatError[] }> {
  const loaded = await loadProject(options.directory, {
    ...projectOptions(options),
    strictInventory: true,
  });
  warnStray(loaded);
  const found = names.flatMap((stack) => findPlaybook(loaded, stack).plays.map((play) => ({ stack, play })));
  const named = found.map(({ play }) => play);
  const project = await answered(loaded, named, options.ask);
  const problems = named.flatMap((play) => unanswered(project, play));
  warnUnmatched(project, named);
  const plays = found.map((one) => ({ ...one, hosts: playHosts(project, one.play) }));
  const hosts = [...new Set(plays.flatMap((one) => one.hosts))];
  if (hosts.length === 0) problems.push(noHosts(names, project));
  return { stack: { names, project, plays, hosts }, problems };
}

/** A stack with only some of its hosts. */
export function onlyHosts(stack: Stack, hosts: readonly string[]): Stack {
  const wanted = new Set(hosts);
  const plays = stack.plays.map((one) => ({ ...one, hosts: one.hosts.filter((host) => wanted.has(host)) }));
  return { ...stack, plays, hosts };
}

/** A play as it is when tasks before it have put hosts into groups; hosts that the command leaves out stay out. */
export function withJoins(
  stack: Stack,
  bound: BoundPlay,
  joins: readonly Join[],
): { readonly stack: Stack; readonly bound: BoundPlay } {
  if (joins.length === 0) return { stack, bound };
  const project = joinedProject(stack.project, joins);
  const wanted = new Set(stack.hosts);
  const hosts = playHosts(project, bound.play).filter((host) => wanted.has(host));
  return { stack: { ...stack, project }, bound: { ...bound, hosts } };
}

/** Variables that a play asks for, and that have no answer. */
function unanswered(project: Project, play: Play): GatError[] {
  const open = play.prompts.filter(({ name, answer }) => !answer && !project.extraVars.has(name));
  return open.map(({ name, position }) => promptUnanswered(position, name));
}

/** Nobody is in the plays that were named. */
export function noHosts(names: readonly string[], project: Project): GatError {
  const groups = [...project.inventory.groups.keys()].filter((name) => name !== 'all' && name !== 'ungrouped');
  return new GatError({
    code: 'inventory/no-hosts',
    what: `cannot run ${names.join(' and ')}: no host of the inventory is in its plays`,
    where: { file: project.inventory.sources[0] ?? project.root, line: 1, column: 0 },
    why: groups.length > 0 ? `the inventory has the groups ${groups.join(', ')}` : 'the inventory has no groups',
    fix:
      project.inventory.sources.length > 0
        ? 'put hosts into the groups that the plays name, or give another inventory with -i'
        : 'go to the folder of your project, or name its inventory with -i; to make a new one: gatdeploy init FOLDER',
  });
}
