/** Filters for HTML and XML. */
import { typeFault, valueFault } from '../fault.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { truth } from '../python/compare.ts';
import { PyDict } from '../python/dict.ts';
import { pyType } from '../python/kinds.ts';
import { repr, str } from '../python/repr.ts';
import { OMIT, type PyValue } from '../python/value.ts';

const SHOW = { secrecy: 'redact' } as const;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

/** Escapes a text for HTML. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function unescapeHtml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (all, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? all;
    const code = Number.parseInt(hex ?? decimal, hex === undefined ? 10 : 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}

function stripTags(text: string): string {
  const plain = text.replace(/<!--[\s\S]*?-->/g, '').replace(/<[^>]*>/g, '');
  return unescapeHtml(
    plain
      .split(/\s+/)
      .filter((word) => word !== '')
      .join(' '),
  );
}

function xmlAttributes(value: PyValue, leadingSpace: PyValue): string {
  if (!(value instanceof PyDict)) throw typeFault(`xmlattr needs a dict, not ${pyType(value)}`);
  const parts: string[] = [];
  for (const [key, item] of value.entries()) {
    if (item === null || item === OMIT) continue;
    if (/[\s/>=]/.test(str(key))) throw valueFault('Invalid character in attribute name');
    parts.push(`${escapeHtml(str(key))}="${escapeHtml(str(item))}"`);
  }
  return parts.length > 0 && truth(leadingSpace) ? ` ${parts.join(' ')}` : parts.join(' ');
}

function urlize(text: string): string {
  return text.replace(/\S+/g, (word) => {
    if (!/^(?:https?:\/\/|www\.)\S+$/.test(word)) return escapeHtml(word);
    const target = word.startsWith('www.') ? `https://${word}` : word;
    return `<a href="${escapeHtml(target)}" rel="noopener">${escapeHtml(word)}</a>`;
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
  urlize: plugin('value, trim_url_limit=None, nofollow=False, target=None, rel=None', (_t, value) =>
    urlize(str(value)),
  ),
  xmlattr: plugin('d, autospace=True', (_t, value, space) => xmlAttributes(value, space), SHOW),
};
