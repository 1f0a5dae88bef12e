/** Ansible's levels of precedence, low to high; the numbers are those of its documentation. */
import type { Variables } from '../inventory/model.ts';

/** A level by its number and its name. */
export type Level = { readonly rank: number; readonly name: string };

/** The levels that a project has. Facts, role variables and results are layered in by whoever knows them. */
export const LEVELS = {
  roleDefaults: { rank: 2, name: 'role defaults' },
  inventoryAll: { rank: 3, name: 'inventory group vars' },
  inventoryGroup: { rank: 3, name: 'inventory group vars' },
  inventoryGroupVarsAll: { rank: 4, name: 'inventory group_vars/all' },
  playbookGroupVarsAll: { rank: 5, name: 'playbook group_vars/all' },
  inventoryGroupVars: { rank: 6, name: 'inventory group_vars' },
  playbookGroupVars: { rank: 7, name: 'playbook group_vars' },
  inventoryHost: { rank: 8, name: 'inventory host vars' },
  inventoryHostVars: { rank: 9, name: 'inventory host_vars' },
  playbookHostVars: { rank: 10, name: 'playbook host_vars' },
  facts: { rank: 11, name: 'host facts' },
  playVars: { rank: 12, name: 'play vars' },
  playVarsFiles: { rank: 14, name: 'play vars_files' },
  roleVars: { rank: 15, name: 'role vars' },
  blockVars: { rank: 16, name: 'block vars' },
  taskVars: { rank: 17, name: 'task vars' },
  includeVars: { rank: 18, name: 'include_vars' },
  setFacts: { rank: 19, name: 'set_fact and register' },
  roleParams: { rank: 20, name: 'role params' },
  includeParams: { rank: 21, name: 'include params' },
  extraVars: { rank: 22, name: 'extra vars' },
  magic: { rank: 23, name: 'magic variables' },
} as const satisfies Record<string, Level>;

/** Variables of one level; layers stand in the order in which they win, the last one first. */
export type Layer = { readonly level: Level; readonly variables: Variables };

/** Levels whose sources Ansible puts together before they meet what is below them, which matters where dicts merge. */
const TOGETHER: ReadonlySet<Level> = new Set<Level>([
  LEVELS.inventoryGroup,
  LEVELS.inventoryGroupVarsAll,
  LEVELS.inventoryGroupVars,
  LEVELS.playbookGroupVars,
  LEVELS.inventoryHostVars,
]);

/** Neighbours of one level in one list each, others alone. */
export function byLevel<T extends { readonly level: Level }>(parts: readonly T[]): readonly T[][] {
  const chunks: T[][] = [];
  for (const part of parts) {
    const open = chunks.at(-1);
    if (open?.[0]?.level === part.level && TOGETHER.has(part.level)) open.push(part);
    else chunks.push([part]);
  }
  return chunks;
}

/** Puts layers of different origin into the order of their levels; within a level their order stays. */
export function sortLayers(layers: readonly Layer[]): Layer[] {
  return [...layers].sort((a, b) => a.level.rank - b.level.rank);
}
