/** All filters by name. */
import type { Plugin, PluginTable } from '../plugin.ts';
import { BASIC_FILTERS } from './basic.ts';

const FILTERS = new Map<string, Plugin>(Object.entries({ ...BASIC_FILTERS } satisfies PluginTable));

/** Finds a filter by its short or full name. */
export function findFilter(name: string): Plugin | undefined {
  return FILTERS.get(name.replace(/^ansible\.(builtin|legacy)\./, ''));
}
