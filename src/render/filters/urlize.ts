/** Jinja2's `urlize`: web and mail addresses in a text become links. */
import { escapeHtml } from './escape-html.ts';

export type LinkOptions = {
  /** Longer addresses are shown cut. */
  readonly limit: number | undefined;
  /** What the links' `rel` attribute holds. */
  readonly rel: readonly string[];
  readonly target: string | undefined;
  /** Other beginnings that make a link, such as `tel:`. */
  readonly schemes: readonly string[];
};

const NAME = '[\\p{L}\\p{N}_%-]';
const WEB = new RegExp(
  `^(?:(?:https?://|www\\.)(?:${NAME}+\\.)*(?:[a-z]{2,63}|xn--[\\p{L}\\p{N}_%]{2,59})|(?:${NAME}{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)|https?://(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[(?:[\\da-f]{0,4}:){2}(?:[\\da-f]{0,4}:?){1,6}\\]))(?::\\d{1,5})?(?:[/?#]\\S*)?$`,
  'iu',
);
const MAIL = /^\S+@[\p{L}\p{N}_][\p{L}\p{N}_.-]*\.[\p{L}\p{N}_]+$/u;
const PAIRS = [
  ['(', ')'],
  ['<', '>'],
  ['&lt;', '&gt;'],
] as const;

/** Makes links in a text, which is escaped for HTML. */
export function urlize(text: string, options: LinkOptions): string {
  return escapeHtml(text)
    .split(/(\s+)/)
    .map((word) => linkWord(word, options))
    .join('');
}

function linkWord(word: string, options: LinkOptions): string {
  const head = /^(?:[(<]|&lt;)+/.exec(word)?.[0] ?? '';
  const rest = word.slice(head.length);
  const tail = /(?:[)>.,\n]|&gt;)+$/.exec(rest)?.[0] ?? '';
  const parts = balance(rest.slice(0, rest.length - tail.length), tail);
  return head + link(parts.middle, options) + parts.tail;
}

const count = (text: string, part: string): number => text.split(part).length - 1;

/** A bracket that opened inside an address closes inside of it, too. */
function balance(middle: string, tail: string): { middle: string; tail: string } {
  const parts = { middle, tail };
  for (const [open, close] of PAIRS) {
    const opened = count(parts.middle, open);
    if (opened <= count(parts.middle, close)) continue;
    const moves = Math.min(opened, count(parts.tail, close));
    for (let move = 0; move < moves; move++) {
      const end = parts.tail.indexOf(close) + close.length;
      parts.middle += parts.tail.slice(0, end);
      parts.tail = parts.tail.slice(end);
    }
  }
  return parts;
}

function link(word: string, options: LinkOptions): string {
  if (WEB.test(word)) {
    const target = /^https?:\/\//.test(word) ? word : `https://${word}`;
    return anchor(target, shortened(word, options.limit), options);
  }
  if (word.startsWith('mailto:') && MAIL.test(word.slice(7))) return `<a href="${word}">${word.slice(7)}</a>`;
  if (!word.startsWith('www.') && !word.startsWith('@') && !word.includes(':') && MAIL.test(word))
    return `<a href="mailto:${word}">${word}</a>`;
  const known = options.schemes.some((scheme) => word !== scheme && word.startsWith(scheme));
  return known ? anchor(word, word, options) : word;
}

function anchor(address: string, shown: string, { rel, target }: LinkOptions): string {
  const places = target === undefined ? '' : ` target="${escapeHtml(target)}"`;
  return `<a href="${address}" rel="${escapeHtml([...rel].sort().join(' '))}"${places}>${shown}</a>`;
}

function shortened(text: string, limit: number | undefined): string {
  const characters = Array.from(text);
  if (limit === undefined || characters.length <= limit) return text;
  return `${characters.slice(0, limit < 0 ? characters.length + limit : limit).join('')}...`;
}
