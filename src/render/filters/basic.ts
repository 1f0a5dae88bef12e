/** Filters on undefined values and the like. */
import { Fault } from '../fault.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { readOnlyAttribute } from '../python/access.ts';
import { truth } from '../python/compare.ts';
import { pyType } from '../python/kinds.ts';
import { str } from '../python/repr.ts';
import { Marker, NOTHING_CHOSEN, type PyValue } from '../python/value.ts';
import { text } from './arguments.ts';

const SELECT = { secrecy: 'keep', acceptsMarkers: true } as const;

const orDefault = plugin(
  "value, default_value='', boolean=False",
  (_tools, value, otherwise, boolean) => {
    if (typeof boolean !== 'boolean') throw new Fault('type', "the 'boolean' argument must be of type 'bool'");
    if (value instanceof Marker && value.fault.replaceable) return otherwise;
    if (value instanceof Marker && value !== NOTHING_CHOSEN) return boolean ? truth(value) : value;
    return boolean && !truth(value) ? otherwise : value;
  },
  SELECT,
);

function mandatory(value: PyValue, message: PyValue): PyValue {
  if (!(value instanceof Marker) || !value.fault.replaceable) return value;
  const name = value.fault.undefinedName === undefined ? '' : `'${value.fault.undefinedName}' `;
  throw new Fault('mandatory', message === null ? `Mandatory variable ${name}not defined.` : str(message));
}

export const BASIC_FILTERS: PluginTable = {
  attr: plugin('obj, name', (_tools, value, name) => readOnlyAttribute(value, text(name)), { secrecy: 'keep' }),
  d: orDefault,
  default: orDefault,
  mandatory: plugin('a, msg=None', (_tools, value, message) => mandatory(value, message), SELECT),
  type_debug: plugin('obj', (_tools, value) => pyType(value), SELECT),
  ternary: plugin(
    'value, true_val, false_val, none_val=None',
    (_tools, value, yes, no, none) => {
      if (value === null && none !== null) return none;
      return truth(value) ? yes : no;
    },
    SELECT,
  ),
};
