/** `lookup`, `query` and `q`: runs a lookup and shapes its results. */
import { Fault } from '../fault.ts';
import type { Tools } from '../plugin.ts';
import { readText, redactedText, withAmbient } from '../python/ambient.ts';
import { truth } from '../python/compare.ts';
import { isText, needText } from '../python/kinds.ts';
import { guardSecrets } from '../python/secrecy.ts';
import { joinItems } from '../python/string-methods.ts';
import { type Arguments, Marker, PyList, type PyValue } from '../python/value.ts';
import { FILE_LOOKUPS } from './files.ts';
import { ini } from './ini.ts';
import type { Lookup } from './lookup.ts';
import { SYSTEM_LOOKUPS } from './system.ts';
import { VALUE_LOOKUPS } from './values.ts';

const LOOKUPS = new Map<string, Lookup>(
  Object.entries({ ...VALUE_LOOKUPS, ...FILE_LOOKUPS, ...SYSTEM_LOOKUPS, ini }),
);

/** Undefined terms are looked over by this one. */
const TOLERANT = new Set(['first_found']);

/** Results of these come from outside, so that they stay as secret as they are; what others make of a secret is one. */
const KEEPING = new Set([
  'vars',
  'dict',
  'items',
  'list',
  'nested',
  'together',
  'subelements',
  'indexed_items',
  'random_choice',
  'template',
]);

function unknownLookup(name: string): Fault {
  const fault = new Fault('lookup', `the lookup plugin '${name}' was not found`);
  fault.misnamed = { name, known: () => LOOKUPS.keys() };
  return fault;
}

/** Runs a lookup by name. @throws Fault */
export function invokeLookup(tools: Tools, args: Arguments, wantList: boolean): PyValue {
  const [nameValue = '', ...terms] = args.positional;
  const options = new Map(args.named);
  const name = readText(needText(nameValue, "the lookup's name")).replace(/^ansible\.(builtin|legacy)\./, '');
  const lookup = LOOKUPS.get(name);
  if (!lookup) throw unknownLookup(name);
  const marker = TOLERANT.has(name)
    ? undefined
    : [...terms, ...options.values()].find((term) => term instanceof Marker);
  if (marker) return marker;
  const asList = wantList || truth(options.get('wantlist') ?? false);
  const errors = options.get('errors');
  options.delete('wantlist');
  options.delete('errors');
  try {
    const run = () => shape(lookup(tools, terms, options), asList);
    return withAmbient({ tripping: !TOLERANT.has(name) }, () =>
      guardSecrets(KEEPING.has(name) ? 'keep' : 'mask', run),
    );
  } catch (error) {
    const tolerated = error instanceof Fault && error.kind !== 'limit' && errors !== undefined && isText(errors);
    if (!tolerated || !['ignore', 'warn'].includes(readText(errors))) throw error;
    return asList ? new PyList() : null;
  }
}

/** Without `wantlist` one result stands for itself and texts are joined by commas. */
function shape(results: readonly PyValue[], wantList: boolean): PyValue {
  const list = new PyList([...results]);
  if (wantList || results.length === 0) return list;
  const [only] = results;
  if (results.length === 1 && only !== undefined) return only;
  return results.every(isText) ? redactedText(() => joinItems(',', list)) : list;
}
