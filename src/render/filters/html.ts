/** Filters for HTML and XML. */
import { valueFault } from '../fault.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { truth } from '../python/compare.ts';
import { PyDict } from '../python/dict.ts';
import { listItems } from '../python/iterate.ts';
import { repr, str } from '../python/repr.ts';
import { OMIT, PyTuple, type PyValue } from '../python/value.ts';
import { missingMethod, text, whole } from './arguments.ts';
import { escapeHtml } from './escape-html.ts';
import { urlize } from './urlize.ts';

const SHOW = { secrecy: 'redact' } as const;

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function unescapeHtml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (all, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? all;
    const code = Number.parseInt(hex ?? decimal, hex === undefined ? 10 : 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}

/** The text without what stands between two marks; what never closes stays. */
function without(text: string, open: string, close: string): string {
  const kept: string[] = [];
  let at = 0;
  for (let start = text.indexOf(open); start >= 0; start = text.indexOf(open, at)) {
    const end = text.indexOf(close, start);
    if (end < 0) break;
    kept.push(text.slice(at, start));
    at = end + close.length;
  }
  return kept.join('') + text.slice(at);
}

function stripTags(text: string): string {
  const plain = without(without(text, '<!--', '-->'), '<', '>');
  return unescapeHtml(
    plain
      .split(/\s+/)
      .filter((word) => word !== '')
      .join(' '),
  );
}

function xmlAttributes(value: PyValue, leadingSpace: PyValue): string {
  if (!(value instanceof PyDict)) throw missingMethod('items', value);
  const parts: string[] = [];
  for (const [key, item] of value.entries()) {
    if (item === null || item === OMIT) continue;
    if (/[\s/>=]/.test(str(key))) throw valueFault('Invalid character in attribute name');
    parts.push(`${escapeHtml(str(key))}="${escapeHtml(str(item))}"`);
  }
  return parts.length > 0 && truth(leadingSpace) ? ` ${parts.join(' ')}` : parts.join(' ');
}

const SCHEME = /^[\w.+-]{2,}:(?:\/){0,2}$/;

/** The words after the text: how long, whether search engines follow, where it opens, and more of the link. */
function links(value: PyValue, limit: PyValue, noFollow: PyValue, target: PyValue, more: PyTuple): string {
  const [rel = null, schemes = null] = more.items;
  const parts =
    rel === null
      ? []
      : text(rel)
          .split(/\s+/)
          .filter((part) => part !== '');
  const known = schemes === null ? [] : listItems(schemes).map(text);
  const strange = known.find((scheme) => !SCHEME.test(scheme));
  if (strange !== undefined) throw valueFault(`'${strange}' is not a valid URI scheme prefix.`);
  return urlize(str(value), {
    limit: limit === null ? undefined : whole(limit),
    rel: [...new Set([...parts, ...(truth(noFollow) ? ['nofollow'] : []), 'noopener'])],
    target: target === null ? undefined : text(target),
    schemes: known,
  });
}

const escaped = plugin('value', (_t, value) => escapeHtml(str(value)), SHOW);

export const HTML_FILTERS: PluginTable = {
  e: escaped,
  escape: escaped,
  forceescape: escaped,
  pprint: plugin('value', (_t, value) => repr(value), SHOW),
  safe: plugin('value', (_t, value) => str(value), SHOW),
  striptags: plugin('value', (_t, value) => stripTags(str(value))),
  urlize: plugin(
    'value, trim_url_limit=None, nofollow=False, target=None, rel=None, extra_schemes=None',
    (_t, value, limit, noFollow, target, rel, schemes) =>
      links(value, limit, noFollow, target, new PyTuple([rel ?? null, schemes ?? null])),
  ),
  xmlattr: plugin('d, autospace=True', (_t, value, space) => xmlAttributes(value, space), SHOW),
};
