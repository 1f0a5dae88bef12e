/** Filters to and from JSON and YAML. */
import { DateValue } from '../../base/value.ts';
import { typeFault, valueFault } from '../fault.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { truth } from '../python/compare.ts';
import { PyDict } from '../python/dict.ts';
import { listItems } from '../python/iterate.ts';
import { readJson } from '../python/json-read.ts';
import { isText, pyType } from '../python/kinds.ts';
import { str } from '../python/repr.ts';
import { PyList, PyRange, type PyValue } from '../python/value.ts';
import { emitYaml } from '../yaml/emit.ts';
import { loadYaml } from '../yaml/load.ts';
import { represent } from '../yaml/represent.ts';
import { text, whole } from './arguments.ts';
import { dumpJson } from './json-dump.ts';

type Named = ReadonlyMap<string, PyValue>;

const SHOW = { secrecy: 'redact' } as const;
const SHOW_LAZY = { secrecy: 'redact', acceptsInner: true } as const;

function namedOf(kwargs: PyValue, known: readonly string[]): Named {
  const named = new Map(
    kwargs instanceof PyDict ? [...kwargs.entries()].map(([key, value]) => [str(key), value]) : [],
  );
  for (const key of named.keys())
    if (!known.includes(key)) throw typeFault(`got an unexpected keyword argument '${key}'`);
  return named;
}

const JSON_OPTIONS = [
  'indent',
  'sort_keys',
  'separators',
  'ensure_ascii',
  'skipkeys',
  'check_circular',
  'allow_nan',
  'profile',
  'vault_to_text',
  'preprocess_unsafe',
];

function toJson(value: PyValue, named: Named): string {
  const indent = named.get('indent') ?? null;
  const separators = named.get('separators') ?? null;
  const [comma = ', ', colon = ': '] =
    separators === null ? [indent === null ? ', ' : ',', ': '] : listItems(separators).map(text);
  return dumpJson(value, {
    indent:
      indent === null
        ? undefined
        : isText(indent)
          ? readText(indent)
          : ' '.repeat(Math.max(0, Math.min(100, whole(indent)))),
    sortKeys: truth(named.get('sort_keys') ?? false),
    separators: [comma, colon],
    ascii: truth(named.get('ensure_ascii') ?? true),
  });
}

function toNiceJson(value: PyValue, indent: PyValue, sortKeys: PyValue, named: Named): string {
  const separators = new PyList([',', ': ']);
  return toJson(
    value,
    new Map([...named, ['indent', indent], ['sort_keys', sortKeys], ['separators', separators]]),
  );
}

const YAML_OPTIONS = [
  'indent',
  'width',
  'sort_keys',
  'explicit_start',
  'explicit_end',
  'default_style',
  'line_break',
  'canonical',
  'encoding',
  'version',
  'tags',
];

function toYaml(value: PyValue, flow: PyValue, named: Named): string {
  const option = (name: string, otherwise: PyValue): PyValue => {
    const given = named.get(name);
    return given === undefined ? otherwise : given;
  };
  const style = option('default_style', null);
  const root = represent(value, {
    flow: flow === null ? null : truth(flow),
    sortKeys: truth(option('sort_keys', true)),
    styled: style !== null,
  });
  return emitYaml(root, {
    indent: whole(option('indent', null) ?? 2),
    width: whole(option('width', null) ?? 80),
    explicitStart: truth(option('explicit_start', false)),
    explicitEnd: truth(option('explicit_end', false)),
    canonical: truth(option('canonical', false)),
    ...(style !== null && { style: text(style) }),
  });
}

function fromJson(value: PyValue): PyValue {
  return readJson<PyValue>(text(value), {
    scalar: (item) => item,
    list: (items) => new PyList(items),
    dict: (entries) => new PyDict(entries),
  });
}

function fromYaml(value: PyValue): PyValue {
  if (!isText(value)) return value;
  const documents = loadYaml(readText(value));
  const [first = null] = documents;
  if (documents.length > 1) throw valueFault('expected a single document in the stream');
  return first;
}

/** JSON for HTML: the signs that end a tag or attribute are escaped. */
function toHtmlJson(value: PyValue, indent: PyValue): string {
  if (value instanceof DateValue || value instanceof PyRange)
    throw typeFault(`Object of type ${pyType(value)} is not JSON serializable`);
  const plain = toJson(
    value,
    new Map<string, PyValue>([
      ['sort_keys', true],
      ['indent', indent],
    ]),
  );
  const escapes: Record<string, string> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', "'": '\\u0027' };
  return plain.replace(/[<>&']/g, (char) => escapes[char] ?? char);
}

export const DATA_FILTERS: PluginTable = {
  from_json: plugin('a, profile=None, **kwargs', (_t, value) => fromJson(value)),
  from_yaml: plugin('data', (_t, value) => fromYaml(value)),
  from_yaml_all: plugin('data', (_t, value) => {
    if (value === null) return new PyList();
    return isText(value) ? new PyList(loadYaml(readText(value))) : value;
  }),
  to_json: plugin(
    'a, profile=None, **kwargs',
    (_t, value, profile, named) => {
      if (profile !== null) throw valueFault(`Unknown profile name ${str(profile)}.`);
      return toJson(value, namedOf(named, JSON_OPTIONS));
    },
    SHOW,
  ),
  to_nice_json: plugin(
    'a, indent=4, sort_keys=True, **kwargs',
    (_t, value, indent, sort, named) => toNiceJson(value, indent, sort, namedOf(named, JSON_OPTIONS)),
    SHOW,
  ),
  tojson: plugin('value, indent=None', (_t, value, indent) => toHtmlJson(value, indent), SHOW),
  to_yaml: plugin(
    'a, *args, default_flow_style=None, **kwargs',
    (_t, value, _args, flow, named) => toYaml(value, flow, namedOf(named, YAML_OPTIONS)),
    SHOW_LAZY,
  ),
  to_nice_yaml: plugin(
    'a, indent=4, *args, default_flow_style=False, **kwargs',
    (_t, value, indent, _args, flow, named) =>
      toYaml(value, flow, new Map([...namedOf(named, YAML_OPTIONS), ['indent', indent]])),
    SHOW_LAZY,
  ),
};
