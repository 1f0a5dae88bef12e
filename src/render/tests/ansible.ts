/** Ansible's tests on task results, lists and truth. */
import { Float } from '../../base/value.ts';
import { Fault } from '../fault.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { numeric, truth } from '../python/compare.ts';
import { contains } from '../python/contains.ts';
import { PyDict } from '../python/dict.ts';
import { listItems } from '../python/iterate.ts';
import { keyId } from '../python/key.ts';
import { isNumber, isText } from '../python/kinds.ts';
import { Marker, PyList, type PyValue } from '../python/value.ts';

function result(value: PyValue, test: string): PyDict {
  if (value instanceof PyDict) return value;
  throw new Fault('other', `The '${test}' test expects a dictionary`);
}

const field = (value: PyValue, test: string, name: string): boolean => {
  const found = result(value, test).get(name);
  return found !== undefined && truth(found);
};

const asks = (test: string, name: string, negated = false) =>
  plugin('result', (_t, value) => field(value, test, name) !== negated);

function changed(value: PyValue): boolean {
  const dict = result(value, 'changed');
  if (dict.has('changed')) return field(value, 'changed', 'changed');
  const results = dict.get('results');
  if (!(results instanceof PyList)) return false;
  if (results.length === 0) throw new Fault('other', 'list index out of range');
  if (!(results.at(0) instanceof PyDict)) return false;
  return [...results].some((one) => field(one, 'changed', 'changed'));
}

/** Whether an asynchronous task is so far; one that isn't asynchronous always is. */
const asyncState = (name: string) =>
  plugin('result', (_t, value) => !result(value, name).has(name) || field(value, name, name));

function timedOut(value: PyValue): boolean {
  const found = result(value, 'timedout').get('timedout');
  if (found === undefined || !truth(found)) return false;
  const period = found instanceof PyDict ? found.get('period') : undefined;
  return period !== undefined && truth(period);
}

const YES = new Set(['y', 'yes', 'on', '1', 'true', 't']);
const NO = new Set(['n', 'no', 'off', '0', 'false', 'f']);

/** Whether a value is true; asked to, `"no"` and the like are read as what they say. */
function truthy(value: PyValue, convert: PyValue): boolean {
  if (truth(convert)) {
    const word = isText(value)
      ? readText(value).toLowerCase().trim()
      : isNumber(value)
        ? String(Number(numeric(value)))
        : '';
    if (YES.has(word)) return true;
    if (NO.has(word)) return false;
  }
  return truth(value);
}

const ids = (value: PyValue): Set<unknown> => new Set(listItems(value).map(keyId));
const isSubset = (a: PyValue, b: PyValue): boolean => {
  const all = ids(b);
  return [...ids(a)].every((id) => all.has(id));
};

const subset = plugin('a, b', (_t, a, b) => isSubset(a, b));
const superset = plugin('a, b', (_t, a, b) => isSubset(b, a));
const failed = asks('failed', 'failed');
const succeeded = asks('failed', 'failed', true);
const changedTest = plugin('result', (_t, value) => changed(value));
const skipped = asks('skipped', 'skipped');
const nan = plugin('x', (_t, value) => value instanceof Float && Number.isNaN(value.value));

export const ANSIBLE_TESTS: PluginTable = {
  all: plugin('iterable', (_t, value) => listItems(value).every(truth)),
  any: plugin('iterable', (_t, value) => listItems(value).some(truth)),
  change: changedTest,
  changed: changedTest,
  contains: plugin('seq, value', (_t, value, item) => contains(value, item)),
  failed,
  failure: failed,
  falsy: plugin('value, convert_bool=False', (_t, value, convert) => !truthy(value, convert)),
  finished: asyncState('finished'),
  isnan: nan,
  issubset: subset,
  issuperset: superset,
  nan,
  reachable: asks('unreachable', 'unreachable', true),
  skip: skipped,
  skipped,
  started: asyncState('started'),
  subset,
  succeeded,
  success: succeeded,
  successful: succeeded,
  superset,
  timedout: plugin('result', (_t, value) => timedOut(value)),
  truthy: plugin('value, convert_bool=False', (_t, value, convert) => truthy(value, convert)),
  unreachable: asks('unreachable', 'unreachable'),
  // Encrypted values are decrypted before templates see them, so that none is left to find.
  vault_encrypted: plugin('value', (_t, value) => (value instanceof Marker ? value : false), {
    acceptsMarkers: true,
  }),
};
