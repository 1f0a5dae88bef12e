/** The tasks of a play around its roles' resources, for one host. */
import type { Position } from '../../base/position.ts';
import type { Play, RoleEntry } from '../../project/playbook/types.ts';
import type { Project } from '../../project/project.ts';
import { type Layer, LEVELS } from '../../project/vars/levels.ts';
import { resolveRole } from '../../roles/resolve.ts';
import { defaultsOf } from '../../roles/values.ts';
import type { Memory } from '../../tasks/memory.ts';
import { type CompiledPlay, compilePlay } from '../../tasks/play.ts';
import type { TagFilter } from '../../tasks/tags.ts';
import type { Check } from '../../verify/check.ts';
import { declareHost, type HostDeclaration, type HostPlay } from './declare.ts';
import { projectFiles } from './project-files.ts';

export type PlayTasks = {
  readonly project: Project;
  readonly play: Play;
  /** The play for this host, as its roles were declared with it. */
  readonly hostPlay: HostPlay;
  /** What the roles declared. */
  readonly declared: HostDeclaration;
  /** The first host of the play, which runs tasks with run_once. */
  readonly isFirst: boolean;
  readonly tags: TagFilter;
  /** What the tasks of earlier plays learnt of this host. */
  readonly memory?: Memory | undefined;
};

/**
 * Puts a play's tasks around what its roles declared. A play without tasks stays as it is.
 * @throws GatError or Problems: all mistakes of all tasks at once
 */
export function declareTasks(one: PlayTasks): CompiledPlay & { readonly checks: readonly Check[] } {
  const { play, project, hostPlay, declared, isFirst, tags, memory } = one;
  const checks: Check[] = [...declared.checks];
  const scope = hostPlay.scope.with(
    hostPlay.roles.flatMap(({ role, entry }) => roleLayers(entry, defaultsOf(role))),
  );
  const compiled = compilePlay(
    play,
    declared.resources,
    {
      host: hostPlay.host,
      facts: hostPlay.facts,
      scope,
      access: hostPlay.access,
      files: projectFiles(project.loader, [...new Set([project.sources.playbookFolder, project.root])]),
      keywords: play.keywords,
      when: play.when,
      tags,
      handlers: play.handlers,
      isFirst,
      isHost: (name) => project.inventory.host(name) !== undefined,
      role(name, variables, position) {
        const included = declareHost({
          ...hostPlay,
          scope: scope.with(variables),
          roles: [bindRole(name, position)],
        });
        checks.push(...included.checks);
        return included.resources;
      },
      warn: hostPlay.warn,
    },
    memory,
  );
  return { ...compiled, checks };
}

/** As in Ansible, a play's tasks see the defaults of its roles and the variables given to them. */
function roleLayers(entry: RoleEntry, defaults: ReturnType<typeof defaultsOf>): readonly Layer[] {
  const variables = new Map([...defaults].map(([name, node]) => [name, { node, position: node.position }]));
  return [
    { level: LEVELS.roleDefaults, variables },
    { level: LEVELS.roleVars, variables: entry.vars },
  ];
}

function bindRole(name: string, position: Position) {
  const nothing = new Map<never, never>();
  const entry: RoleEntry = { role: name, position, vars: nothing, params: nothing, when: [], keywords: nothing };
  return { entry, role: resolveRole({ name, position }) };
}
