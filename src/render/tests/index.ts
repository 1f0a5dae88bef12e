/** All tests by name. */
import { REGEX_TESTS } from '../filters/regex.ts';
import { URL_TESTS } from '../filters/urls.ts';
import type { Plugin, PluginTable } from '../plugin.ts';
import { plugin } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { isText } from '../python/kinds.ts';
import { ANSIBLE_TESTS } from './ansible.ts';
import { BASIC_TESTS } from './basic.ts';
import { FILE_TESTS } from './files.ts';
import { JINJA_TESTS } from './jinja.ts';
import { VERSION_TESTS } from './version.ts';

const SELF: PluginTable = {
  test: plugin('value', (_t, value) => isText(value) && findTest(readText(value)) !== undefined),
};

const TABLES: readonly PluginTable[] = [
  JINJA_TESTS,
  ANSIBLE_TESTS,
  BASIC_TESTS,
  FILE_TESTS,
  REGEX_TESTS,
  URL_TESTS,
  VERSION_TESTS,
  SELF,
];

const TESTS = new Map<string, Plugin>(TABLES.flatMap((table) => Object.entries(table)));

/** Finds a test by its short or full name. */
export function findTest(name: string): Plugin | undefined {
  return TESTS.get(name.replace(/^ansible\.(builtin|legacy)\./, ''));
}

/** The short names of all tests. */
export function testNames(): Iterable<string> {
  return TESTS.keys();
}
