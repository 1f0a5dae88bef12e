/** A URL as it was written: which text of it is the password or the virtual host, and what templates put into them. */
import type { Node } from '../../base/node.ts';
import { nodeOf } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import { reveal, type Text } from '../../base/secret.ts';
import { orError } from '../../project/loader.ts';
import type { HostView } from './host-view.ts';
import { parseReference } from './reference.ts';
import { part, textOf } from './tree.ts';

/** What stands in a part of a URL: the author's own letters, or what an expression gives. */
export type UrlPiece = {
  readonly part: 'password' | 'vhost';
  /** The expression between the braces; undefined for letters. */
  readonly expression: string | undefined;
  /** Never shown. */
  readonly value: string;
};

/** A text of the project and where it stands. */
export type Source = { readonly text: string; readonly at: Position };

/** Where a URL is nothing but a variable, the text of that variable and its place. */
export function followSource(source: Source, view: HostView, depth = 0): Source {
  const [expression] = /\{\{.*?\}\}(?=[\s"']*(?:<\/\w+>.*)?$)/.exec(source.text) ?? [];
  const [root, ...path] = (expression && depth < 6 && parseReference(expression)) || [];
  if (root === undefined || source.text.includes('://')) return source;
  const node = part(view.scope.lookup(root), ...path);
  if (node?.kind !== 'scalar' || node.value === null) return source;
  return followSource({ text: reveal(node.value as Text), at: node.position }, view, depth + 1);
}

/** The pieces of a URL's password and virtual host; none where its parts can't be told apart. */
export function piecesOf(source: string, view: HostView, at: Position): readonly UrlPiece[] {
  const holes: string[] = [];
  const marked = urlIn(source).replace(/\{\{-?(.*?)-?\}\}/g, (_whole, expression: string) => {
    holes.push(expression.trim());
    return String.fromCharCode(FIRST_HOLE + holes.length - 1);
  });
  const match = /^[A-Za-z][\w+.-]*:\/\/([^:]*):(.*)@([^@/]*)(?:\/([^?]*|[^?]*\?(?!\w+=).*))?(?:\?\w+=.*)?$/.exec(
    marked,
  );
  if (!match) return [];
  const pieces = (part: UrlPiece['part'], text: string) =>
    text.split(/([\uE000-\uF8FF])/).flatMap((one): readonly UrlPiece[] => {
      const expression = holes[one.charCodeAt(0) - FIRST_HOLE];
      if (one === '') return [];
      if (expression === undefined) return [{ part, expression, value: one }];
      const value = valueAt(expression, view, at);
      return value === undefined ? [] : [{ part, expression, value }];
    });
  return [...pieces('password', match[2] ?? ''), ...pieces('vhost', match[4] ?? '')];
}

/** Letters of the private use area stand for expressions while a URL is taken apart. */
const FIRST_HOLE = 0xe000;

/** `    amqp_url: "pyamqp://…"` or `<param id="amqp_url">pyamqp://…</param>`: the URL alone. */
function urlIn(source: string): string {
  const start = source.search(/[A-Za-z][\w+.-]*:\/\//);
  if (start < 0) return source;
  const quote = source[start - 1] ?? '';
  const rest = source.slice(start);
  if (quote === '"' || quote === "'") return rest.slice(0, Math.max(rest.lastIndexOf(quote), 0));
  return rest
    .replace(/<\/\w+>.*$/s, '')
    .replace(/\s#\s.*$/s, '')
    .trim();
}

function valueAt(expression: string, view: HostView, at: Position): string | undefined {
  const leaf: Node = { kind: 'scalar', value: `{{ ${expression} }}`, position: at, template: true };
  const value = orError(() => view.templar.evaluate(leaf));
  if ('error' in value || !('value' in value) || value.value === undefined) return undefined;
  return textOf(nodeOf(value.value, at, false));
}
