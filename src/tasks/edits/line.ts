/** One line of a text, as lineinfile sees it. See Ansible's lineinfile. */
import { pythonRegExp } from './regexp.ts';

export type LineEdit = {
  readonly line: string;
  readonly regexp?: string | undefined;
  readonly search?: string | undefined;
  readonly backrefs?: boolean | undefined;
  readonly insertAfter?: string | undefined;
  readonly insertBefore?: string | undefined;
  readonly firstMatch?: boolean | undefined;
};

/** The text with the line in it. */
export function withLine(text: string, edit: LineEdit): string {
  const lines = linesOf(text);
  const bare = lines.map((line) => line.replace(/[\r\n]+$/, ''));
  const at = matchIndex(bare, edit);
  if (at >= 0) {
    const line =
      edit.backrefs && edit.regexp !== undefined ? expanded(bare[at] ?? '', edit.regexp, edit.line) : edit.line;
    return lines[at] === `${line}\n` ? text : join(lines, at, 1, line);
  }
  if (edit.backrefs) return text;
  const place = insertIndex(bare, edit);
  if (isThere(bare, edit, place)) return text;
  return join(lines, place, 0, edit.line);
}

/** The text without the lines that match. */
export function withoutLine(text: string, edit: Partial<LineEdit>): string {
  const isGone = matcher(edit);
  return linesOf(text)
    .filter((line) => !isGone(line.replace(/[\r\n]+$/, '')))
    .join('');
}

function matcher({ regexp, search, line }: Partial<LineEdit>): (line: string) => boolean {
  if (regexp !== undefined) {
    const pattern = pythonRegExp(regexp);
    return (one) => pattern.test(one);
  }
  return search === undefined ? (one) => one === line : (one) => one.includes(search);
}

/** The last line that matches; without a pattern the line itself. */
function matchIndex(lines: readonly string[], edit: LineEdit): number {
  const matches = matcher(edit);
  const found =
    edit.regexp !== undefined || edit.search !== undefined ? indexOf(lines, matches, edit.firstMatch) : -1;
  if (found >= 0 || edit.backrefs) return found;
  return lines.indexOf(edit.line);
}

function indexOf(lines: readonly string[], matches: (line: string) => boolean, first = false): number {
  return first ? lines.findIndex(matches) : lines.findLastIndex(matches);
}

function insertIndex(lines: readonly string[], { insertAfter, insertBefore, firstMatch }: LineEdit): number {
  if (insertBefore === 'BOF') return 0;
  const pattern = insertBefore ?? insertAfter;
  if (pattern === undefined || pattern === 'EOF') return lines.length;
  const at = indexOf(lines, matcher({ regexp: pattern }), firstMatch);
  if (at < 0) return lines.length;
  return insertBefore === undefined ? at + 1 : at;
}

/** A line that stands at its place already isn't put there again. */
function isThere(lines: readonly string[], { line }: LineEdit, place: number): boolean {
  return lines[place] === line || (place > 0 && lines[place - 1] === line);
}

/** `\1` and `\g<name>` of the line stand for what the pattern's groups matched. */
function expanded(found: string, regexp: string, line: string): string {
  const match = pythonRegExp(regexp).exec(found);
  return line.replace(
    /\\(?:g<(\w+)>|(\d{1,2})|n|t|(\\))/g,
    (all, name: string | undefined, number: string | undefined, slash: string | undefined) => {
      if (slash !== undefined) return '\\';
      if (name === undefined && number === undefined) return all === '\\n' ? '\n' : '\t';
      const group = number ?? name ?? '';
      return (/^\d+$/.test(group) ? match?.[Number(group)] : match?.groups?.[group]) ?? '';
    },
  );
}

/** Lines with their ends. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The line before the place gets an end if it has none. */
function join(lines: readonly string[], at: number, removed: number, line: string): string {
  const before = lines.slice(0, at).join('');
  const glue = before === '' || before.endsWith('\n') ? '' : '\n';
  return `${before}${glue}${line}\n${lines.slice(at + removed).join('')}`;
}
