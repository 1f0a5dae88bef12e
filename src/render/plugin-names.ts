/** The names of all filters or all tests, to suggest one of them for a misspelt name. */
import { filterNames } from './filters/index.ts';
import { testNames } from './tests/index.ts';

/** All short names. */
export function pluginNames(what: 'filter' | 'test'): Iterable<string> {
  return what === 'filter' ? filterNames() : testNames();
}
