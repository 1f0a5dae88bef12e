/** A marked block of lines, as blockinfile sees it; and replacing by a pattern. See Ansible's blockinfile and replace. */
import { linesOf } from './line.ts';
import { pythonRegExp } from './regexp.ts';

export type BlockEdit = {
  /** Empty: the block goes away. */
  readonly block: string;
  readonly begin: string;
  readonly end: string;
  readonly insertAfter?: string | undefined;
  readonly insertBefore?: string | undefined;
  readonly appendNewline?: boolean | undefined;
  readonly prependNewline?: boolean | undefined;
};

/** The text with the block between its markers. */
export function withBlock(text: string, edit: BlockEdit): string {
  const lines = linesOf(text).map((line) => line.replace(/[\r\n]+$/, ''));
  const [first, last] = [lines.indexOf(edit.begin), lines.lastIndexOf(edit.end)];
  const has = first >= 0 && last > first;
  const rest = has ? [...lines.slice(0, first), ...lines.slice(last + 1)] : lines;
  if (edit.block === '') return has ? joined(rest) : text;
  const at = has ? first : placeOf(rest, edit);
  const own = [edit.begin, ...edit.block.replace(/\n$/, '').split('\n'), edit.end];
  const before = edit.prependNewline && at > 0 && rest[at - 1] !== '' ? [''] : [];
  const after = edit.appendNewline && at < rest.length && rest[at] !== '' ? [''] : [];
  return joined([...rest.slice(0, at), ...before, ...own, ...after, ...rest.slice(at)]);
}

function placeOf(lines: readonly string[], { insertAfter, insertBefore }: BlockEdit): number {
  if (insertBefore === 'BOF') return 0;
  const pattern = insertBefore ?? insertAfter;
  if (pattern === undefined || pattern === 'EOF') return lines.length;
  const at = lines.findLastIndex((line) => pythonRegExp(pattern).test(line));
  if (at < 0) return lines.length;
  return insertBefore === undefined ? at + 1 : at;
}

function joined(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

export type Replacement = {
  readonly regexp: string;
  readonly replace: string;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
};

/** The text with every match replaced, within the part between `after` and `before` if they are given. */
export function withReplaced(text: string, { regexp, replace, after, before }: Replacement): string {
  const [start, end] = section(text, after, before);
  if (start < 0) return text;
  const changed = text
    .slice(start, end)
    .replace(pythonRegExp(regexp, 'gm'), (...match) => template(replace, match));
  return text.slice(0, start) + changed + text.slice(end);
}

function section(text: string, after: string | undefined, before: string | undefined): readonly [number, number] {
  const start = after === undefined ? 0 : endOf(pythonRegExp(after, 's').exec(text));
  if (start < 0 || before === undefined) return [start, text.length];
  const match = pythonRegExp(before, 's').exec(text.slice(start));
  return match ? [start, start + match.index] : [-1, -1];
}

function endOf(match: RegExpExecArray | null): number {
  return match ? match.index + match[0].length : -1;
}

/** Python's template of a replacement: `\1`, `\g<1>`, `\g<name>`, `\n`. */
function template(text: string, match: readonly unknown[]): string {
  const groups = match.at(-1);
  const named = (typeof groups === 'object' && groups !== null ? groups : {}) as Readonly<Record<string, string>>;
  return text.replace(
    /\\(?:g<(\w+)>|(\d{1,2})|([nt\\]))/g,
    (_all, name?: string, number?: string, special?: string) => {
      if (special !== undefined) return { n: '\n', t: '\t' }[special] ?? '\\';
      const group = number ?? name ?? '';
      const value = /^\d+$/.test(group) ? match[Number(group)] : named[group];
      return typeof value === 'string' ? value : '';
    },
  );
}
