/** Filters on URLs. */
import { valueFault } from '../fault.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { PyDict } from '../python/dict.ts';
import { isIterable, listItems } from '../python/iterate.ts';
import { isText } from '../python/kinds.ts';
import { str } from '../python/repr.ts';
import type { PyValue } from '../python/value.ts';
import { text, textWith } from './arguments.ts';

export type UrlParts = {
  readonly scheme: string;
  readonly netloc: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
};

function withoutLeadingControls(url: string): string {
  let start = 0;
  while (start < url.length && url.charCodeAt(start) <= 0x20) start++;
  return url.slice(start);
}

/** Takes a URL apart as Python's `urlsplit`. */
export function splitUrl(url: string): UrlParts {
  const clean = withoutLeadingControls(url).replace(/[\t\r\n]/g, '');
  const [, scheme, rest = ''] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?([\s\S]*)$/.exec(clean) ?? [];
  const [, authority, tail = ''] = /^(?:\/\/([^/?#]*))?([\s\S]*)$/.exec(rest) ?? [];
  const [, path = '', query = '', fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/.exec(tail) ?? [];
  return { scheme: (scheme ?? '').toLowerCase(), netloc: authority ?? '', path, query, fragment };
}

function urlParts(url: string): Map<string, PyValue> {
  const parts = splitUrl(url);
  const at = parts.netloc.lastIndexOf('@');
  const login = at < 0 ? undefined : parts.netloc.slice(0, at);
  const place = parts.netloc.slice(at + 1);
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(place) ?? [];
  const colon = login?.indexOf(':') ?? -1;
  const host = (bracketed ?? plain).toLowerCase();
  return new Map<string, PyValue>([
    ['fragment', parts.fragment],
    ['hostname', host === '' ? null : host],
    ['netloc', parts.netloc],
    ['password', login === undefined || colon < 0 ? null : login.slice(colon + 1)],
    ['path', parts.path],
    ['port', portOf(port)],
    ['query', parts.query],
    ['scheme', parts.scheme],
    ['username', login === undefined ? null : colon < 0 ? login : login.slice(0, colon)],
  ]);
}

function portOf(port: string | undefined): number | null {
  if (port === undefined || port === '') return null;
  if (!/^\d+$/.test(port)) throw valueFault(`Port could not be cast to integer value as '${port}'`);
  if (Number(port) > 65_535) throw valueFault('Port out of range 0-65535');
  return Number(port);
}

function urlSplit(value: PyValue, query: PyValue): PyValue {
  const parts = urlParts(textWith('decode', value));
  const wanted = text(query);
  if (wanted === '') return new PyDict(parts);
  const part = parts.get(wanted);
  if (part === undefined) throw valueFault(`urlsplit: unknown URL component: ${wanted}`);
  return part;
}

/** Python's `quote`: letters, digits, `_.-~` and `/` stay. */
function quoteUrl(value: string, forQuery: boolean): string {
  const kept = forQuery ? /[^A-Za-z0-9_.\-~]/gu : /[^A-Za-z0-9_.\-~/]/gu;
  const quoted = value.replace(kept, (char) => {
    return [...Buffer.from(char, 'utf8')]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join('');
  });
  return forQuery ? quoted.replaceAll('%20', '+') : quoted;
}

function pairOf(items: readonly PyValue[]): readonly [PyValue, PyValue] {
  const [key, item] = items;
  if (items.length === 2 && key !== undefined && item !== undefined) return [key, item];
  throw valueFault('a pair of two values is needed');
}

function urlEncode(value: PyValue): string {
  if (isText(value) || !isIterable(value)) return quoteUrl(str(value), false);
  const pairs = value instanceof PyDict ? [...value.entries()] : listItems(value).map((pair) => listItems(pair));
  return pairs
    .map(pairOf)
    .map(([key, item]) => `${quoteUrl(str(key), true)}=${quoteUrl(str(item), true)}`)
    .join('&');
}

function urlDecode(value: string): string {
  return value
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

export const URL_FILTERS: PluginTable = {
  urldecode: plugin("string, encoding='utf-8', errors='replace'", (_t, value) =>
    urlDecode(textWith('replace', value)),
  ),
  urlencode: plugin('value', (_t, value) => urlEncode(value)),
  urlsplit: plugin("value, query='', alias='urlsplit'", (_t, value, query) => urlSplit(value, query)),
};

function isUri(value: PyValue, schemes: PyValue): boolean {
  if (!isText(value)) return false;
  const allowed = schemes === null ? [] : listItems(schemes).map(str);
  return allowed.length === 0 || allowed.includes(splitUrl(readText(value)).scheme);
}

function isUrl(value: PyValue, schemes: PyValue): boolean {
  if (!isText(value) || !isUri(value, schemes)) return false;
  const { netloc, scheme } = splitUrl(readText(value));
  return netloc !== '' || scheme === 'file';
}

export const URL_TESTS: PluginTable = {
  uri: plugin('value, schemes=None', (_t, value, schemes) => isUri(value, schemes)),
  url: plugin('value, schemes=None', (_t, value, schemes) => isUrl(value, schemes)),
  urn: plugin('value', (_t, value) => isText(value) && splitUrl(readText(value)).scheme === 'urn'),
};
