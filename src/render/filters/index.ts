/** All filters by name. */
import type { Plugin, PluginTable } from '../plugin.ts';
import { BASIC_FILTERS } from './basic.ts';
import { DATA_FILTERS } from './data.ts';
import { DATE_FILTERS } from './dates.ts';
import { DICT_FILTERS } from './dicts.ts';
import { HASH_FILTERS } from './hashes.ts';
import { HTML_FILTERS } from './html.ts';
import { LIST_FILTERS } from './lists.ts';
import { NUMBER_FILTERS } from './numbers.ts';
import { PATH_FILTERS } from './paths.ts';
import { RANDOM_FILTERS } from './random.ts';
import { REGEX_FILTERS } from './regex.ts';
import { SELECT_FILTERS } from './select.ts';
import { SET_FILTERS } from './sets.ts';
import { TEXT_FILTERS } from './text.ts';
import { URL_FILTERS } from './urls.ts';
import { VAULT_FILTERS } from './vault.ts';

const TABLES: readonly PluginTable[] = [
  BASIC_FILTERS,
  DATA_FILTERS,
  DATE_FILTERS,
  DICT_FILTERS,
  HASH_FILTERS,
  HTML_FILTERS,
  LIST_FILTERS,
  NUMBER_FILTERS,
  PATH_FILTERS,
  RANDOM_FILTERS,
  REGEX_FILTERS,
  SELECT_FILTERS,
  SET_FILTERS,
  TEXT_FILTERS,
  URL_FILTERS,
  VAULT_FILTERS,
];

const FILTERS = new Map<string, Plugin>(TABLES.flatMap((table) => Object.entries(table)));

/** Finds a filter by its short or full name. */
export function findFilter(name: string): Plugin | undefined {
  return FILTERS.get(name.replace(/^ansible\.(builtin|legacy)\./, ''));
}

/** The short names of all filters. */
export function filterNames(): Iterable<string> {
  return FILTERS.keys();
}
