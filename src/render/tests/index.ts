/** All tests by name. */
import type { Plugin, PluginTable } from '../plugin.ts';
import { BASIC_TESTS } from './basic.ts';

const TESTS = new Map<string, Plugin>(Object.entries({ ...BASIC_TESTS } satisfies PluginTable));

/** Finds a test by its short or full name. */
export function findTest(name: string): Plugin | undefined {
  return TESTS.get(name.replace(/^ansible\.(builtin|legacy)\./, ''));
}
