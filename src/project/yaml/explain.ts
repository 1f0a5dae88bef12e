/**
 * What a person wrote where the parser of YAML stopped: its own words are about tokens and implicit keys.
 * Lines are named and never quoted, as they may hold a password.
 */

/** Where a parser stopped, and why in its own words. */
export type Stop = { readonly code: string; readonly message: string; readonly offset: number };

/** The same for people: the place of the mistake itself, what is wrong there, and how to mend it. */
export type Explained = { readonly offset: number; readonly text: string; readonly fix?: string };

/** A line of the file. */
type Line = {
  readonly number: number;
  readonly start: number;
  readonly text: string;
  readonly indent: number;
};

type Looked = Stop & {
  readonly all: string;
  readonly line: Line;
  readonly above: readonly Line[];
  readonly below: Line | undefined;
};

/** Explains why a text is no YAML. */
export function explain(all: string, stop: Stop): Explained {
  const lines = linesOf(all);
  const index = Math.max(
    0,
    lines.findLastIndex((line) => line.start <= stop.offset),
  );
  const line = lines[index] ?? { number: 1, start: 0, text: '', indent: 0 };
  const above = lines.slice(0, index).filter(isWritten);
  const looked = { ...stop, all, line, above, below: lines.slice(index + 1).find(isWritten) };
  for (const rule of RULES) {
    const found = rule(looked);
    if (found) return { offset: stop.offset, ...found };
  }
  const { message, offset } = stop;
  return { offset, text: message.charAt(0).toLowerCase() + message.slice(1) };
}

type Rule = (looked: Looked) => (Omit<Explained, 'offset'> & { readonly offset?: number }) | undefined;

const RULES: readonly Rule[] = [
  conflict,
  ({ line }) =>
    /^\s*\t/.test(line.text)
      ? { text: 'tabs are not allowed as indentation', fix: 'replace the tab at the start of this line by spaces' }
      : undefined,
  ({ line, message }) =>
    /^---/.test(line.text) ? { text: message, fix: 'put the second document into a file of its own' } : undefined,
  ({ line }) =>
    /:\s+\{\{/.test(line.text)
      ? {
          text: 'a value that begins with {{ must stand in quotes',
          fix: 'put quotes around all of the value: "{{ … }}"',
        }
      : undefined,
  ({ code, line, offset }) =>
    code === 'BAD_SCALAR_START'
      ? {
          text: `a value cannot begin with ${line.text.charAt(offset - line.start)}`,
          fix: 'put the value into quotes',
        }
      : undefined,
  ({ code }) =>
    code === 'BAD_DQ_ESCAPE'
      ? { text: 'in "…" a backslash begins a special character', fix: "write '…' instead, or the backslash twice" }
      : undefined,
  openQuote,
  innerQuote,
  openBracket,
  indented,
  ({ code, line }) =>
    code === 'BLOCK_AS_IMPLICIT_KEY' && /:\s.*:(\s|$)/.test(line.text)
      ? { text: 'there is a second colon in the value', fix: 'put the value into quotes: name: "…"' }
      : undefined,
  noColon,
];

/** A file that git could not merge. */
function conflict({ all }: Looked): ReturnType<Rule> {
  const found = /^<<<<<<< .*$/m.exec(all);
  if (!found) return undefined;
  const fix = 'decide which lines are right, and take out those that begin with <<<<<<<, ======= and >>>>>>>';
  return { offset: found.index, text: 'a merge that was not finished is left in it', fix };
}

/** The parser only says so at the end of the file. */
function openQuote({ message, above, line }: Looked): ReturnType<Rule> {
  const quote = /^Missing closing (["'])/.exec(message)?.[1];
  if (quote === undefined) return undefined;
  const opened = [...above, line].findLast((one) => one.text.split(quote).length % 2 === 0);
  const offset = opened && opened.start + opened.text.indexOf(quote);
  return {
    ...(offset !== undefined && { offset }),
    text: 'this quote is not closed',
    fix: `end the value with ${quote}`,
  };
}

function innerQuote({ code, line, offset }: Looked): ReturnType<Rule> {
  const before = line.text.slice(0, Math.max(0, offset - line.start)).trimEnd();
  if (code !== 'UNEXPECTED_TOKEN' || !/["']$/.test(before)) return undefined;
  return {
    text: 'the value goes on after its closing quote',
    fix: `put quotes around all of it; in '…' a quote is written twice: 'it''s'`,
  };
}

function openBracket({ message }: Looked): ReturnType<Rule> {
  const closing = /end with a ([\]}])/.exec(message)?.[1];
  if (closing === undefined) return undefined;
  const opening = closing === ']' ? '[' : '{';
  return { text: `a ${opening} above is not closed`, fix: `close it with ${closing}` };
}

const AMISS =
  /^(?:All (?:mapping|collection|sequence) items must|A block sequence may not|Sequence item without)/i;

/** A line that stands a little beside its neighbours. */
function indented({ code, message, line, above, below }: Looked): ReturnType<Rule> {
  if (AMISS.test(message)) return beside(line, above);
  const isDeeper = below !== undefined && below.indent > line.indent && /:\s+\S/.test(line.text);
  if (code !== 'BLOCK_AS_IMPLICIT_KEY' || !isDeeper) return undefined;
  const wanted = line.indent + (isDash(line) ? DASH.length : 0);
  return {
    offset: below.start + below.indent,
    text: `this line has ${spaces(below.indent)} before it, though the line above has its value already`,
    fix: `begin it with ${spaces(wanted)}, like the line above`,
  };
}

function beside(line: Line, above: readonly Line[]): ReturnType<Rule> {
  const isItem = isDash(line);
  const alike = above
    .filter((one) => isDash(one) === isItem || !isItem)
    .map((one) => ({ number: one.number, indent: one.indent + (isItem || !isDash(one) ? 0 : DASH.length) }))
    .filter(({ indent }) => indent !== line.indent);
  const distance = Math.min(...alike.map(({ indent }) => Math.abs(indent - line.indent)));
  const near = alike.findLast(({ indent }) => Math.abs(indent - line.indent) === distance);
  return {
    offset: line.start + line.indent,
    text: `this line has ${spaces(line.indent)} before it, which fits no line above`,
    ...(near && { fix: `begin it with ${spaces(near.indent)}, to fit line ${near.number}` }),
  };
}

const DASH = '- ';

function isDash({ text }: Line): boolean {
  return text.trimStart().startsWith(DASH);
}

/** A line that is neither `name: value` nor `- item`. */
function noColon({ code, message, line, offset }: Looked): ReturnType<Rule> {
  if (code !== 'MULTILINE_IMPLICIT_KEY' && !/followed by map values/.test(message)) return undefined;
  if (/^\s*-[^-\s]/.test(line.text)) return { text: 'there is no space after the -', fix: 'write: - item' };
  if (/^\s*[\w.]+:\S/.test(line.text))
    return { text: 'there is no space after the colon', fix: 'write: name: value' };
  if (isDash(line) && offset === line.start + line.indent)
    return {
      text: 'an item of a list stands among names',
      fix: 'indent it below the name that it belongs to, or take out the -',
    };
  return { text: 'this line has no colon after its name', fix: 'write: name: value' };
}

function linesOf(all: string): readonly Line[] {
  let start = 0;
  return all.split('\n').map((text, index) => {
    const line = { number: index + 1, start, text, indent: text.length - text.trimStart().length };
    start += text.length + 1;
    return line;
  });
}

function isWritten({ text }: Line): boolean {
  return /^\s*[^\s#]/.test(text);
}

function spaces(count: number): string {
  if (count === 0) return 'no space';
  return count === 1 ? '1 space' : `${count} spaces`;
}
