/** Tests of definedness and identity. */
import { type PluginTable, plugin } from '../plugin.ts';
import { Marker, NOTHING_CHOSEN, type PyValue } from '../python/value.ts';

const MARKERS = { acceptsMarkers: true } as const;

/** Whether a value is undefined; a failed call is neither defined nor undefined and stays what it is. */
function isUndefined(value: PyValue, wanted: boolean): PyValue {
  if (!(value instanceof Marker)) return !wanted;
  return value.fault.replaceable || value === NOTHING_CHOSEN ? wanted : value;
}

export const BASIC_TESTS: PluginTable = {
  defined: plugin('value', (_tools, value) => isUndefined(value, false), MARKERS),
  undefined: plugin('value', (_tools, value) => isUndefined(value, true), MARKERS),
};
