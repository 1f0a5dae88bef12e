/** The settings of the template syntax, and the `#jinja2:` line that changes them. */
import { Fault } from '../fault.ts';
import { parseLiteral } from '../python/literal.ts';

/** Settings of lexing and of how constants are read. */
export type SyntaxOptions = {
  readonly blockStart: string;
  readonly blockEnd: string;
  readonly variableStart: string;
  readonly variableEnd: string;
  readonly commentStart: string;
  readonly commentEnd: string;
  readonly lineStatementPrefix: string | null;
  readonly lineCommentPrefix: string | null;
  readonly trimBlocks: boolean;
  readonly lstripBlocks: boolean;
  readonly newline: string;
  readonly keepTrailingNewline: boolean;
  /** In a variable's value a backslash inside `{{ '…' }}` is an ordinary character. */
  readonly rawBackslashes: boolean;
};

/** Ansible's settings. */
export const ANSIBLE_SYNTAX: SyntaxOptions = {
  blockStart: '{%',
  blockEnd: '%}',
  variableStart: '{{',
  variableEnd: '}}',
  commentStart: '{#',
  commentEnd: '#}',
  lineStatementPrefix: null,
  lineCommentPrefix: null,
  trimBlocks: true,
  lstripBlocks: false,
  newline: '\n',
  keepTrailingNewline: false,
  rawBackslashes: false,
};

const KEYS = new Map<string, keyof SyntaxOptions>([
  ['block_start_string', 'blockStart'],
  ['block_end_string', 'blockEnd'],
  ['variable_start_string', 'variableStart'],
  ['variable_end_string', 'variableEnd'],
  ['comment_start_string', 'commentStart'],
  ['comment_end_string', 'commentEnd'],
  ['line_statement_prefix', 'lineStatementPrefix'],
  ['line_comment_prefix', 'lineCommentPrefix'],
  ['trim_blocks', 'trimBlocks'],
  ['lstrip_blocks', 'lstripBlocks'],
  ['newline_sequence', 'newline'],
  ['keep_trailing_newline', 'keepTrailingNewline'],
]);

/** The names by which the template module and `#jinja2:` call the settings. */
export const OPTION_NAMES: readonly string[] = [...KEYS.keys()];

const PREFIX = '#jinja2:';

/** Whether a text may hold a template: it has the beginning of a tag, or begins with `#jinja2:`. */
export function mayBeTemplate(text: string, options: SyntaxOptions = ANSIBLE_SYNTAX): boolean {
  const { variableStart, blockStart, commentStart } = options;
  const starts = [variableStart, blockStart, commentStart];
  return text.startsWith(PREFIX) || starts.some((start) => text.includes(start));
}

/** Takes a `#jinja2:` line off; `skipped` counts the characters that went. @throws Fault syntax */
export function readOverrides(text: string, options: SyntaxOptions): { skipped: number; options: SyntaxOptions } {
  if (!text.startsWith(PREFIX)) return { skipped: 0, options };
  const end = text.indexOf('\n');
  if (end < 0) throw new Fault('syntax', `missing newline after '${PREFIX}' override`);
  const settings: [string, unknown][] = text.slice(PREFIX.length, end).split(',').map(readPair);
  return { skipped: end + 1, options: withOptions(options, settings) };
}

function readPair(pair: string): [string, unknown] {
  const colon = pair.indexOf(':');
  if (colon < 0) throw new Fault('syntax', `missing \`:\` in '${PREFIX}' override '${pair}'`);
  return [pair.slice(0, colon).trim(), parseLiteral(pair.slice(colon + 1).trim())];
}

/** Changes settings by Ansible's names. @throws Fault syntax */
export function withOptions(
  options: SyntaxOptions,
  settings: Iterable<readonly [string, unknown]>,
): SyntaxOptions {
  const changed: Record<string, unknown> = { ...options };
  for (const [name, value] of settings) changed[keyOf(name, value, options)] = value;
  const result = changed as SyntaxOptions;
  const starts = new Set([result.blockStart, result.variableStart, result.commentStart]);
  if (starts.size < 3) throw new Fault('syntax', 'block, variable and comment start strings must be different');
  return result;
}

/** The setting of a name, if the value is one that it can take. */
function keyOf(name: string, value: unknown, options: SyntaxOptions): keyof SyntaxOptions {
  const key = KEYS.get(name);
  if (key === undefined) throw new Fault('syntax', `invalid '${PREFIX}' override key '${name}'`);
  if (key.startsWith('line') && value !== null) throw new Fault('syntax', `'${name}' is not supported`);
  const fits = typeof value === typeof options[key] && value !== '';
  if (!fits) throw new Fault('syntax', `invalid value of '${name}'`);
  return key;
}
