/** One option of an INI file, as ini_file sees it. See Ansible's community.general.ini_file. */

export type IniEdit = {
  /** Empty or undefined: the options before the first section. */
  readonly section: string | undefined;
  /** Undefined: the section itself. */
  readonly option: string | undefined;
  readonly values: readonly string[];
  readonly gone: boolean;
  /** The option has no other values. */
  readonly exclusive: boolean;
  readonly noExtraSpaces: boolean;
  /** A line that differs in its spaces only stays as it is. */
  readonly ignoreSpaces: boolean;
  readonly allowNoValue: boolean;
  /** An option that stands in a comment is taken, as its author left the place for it. */
  readonly takesComments: boolean;
};

/** The text with the option set or removed. */
export function withOption(text: string, edit: IniEdit): string {
  // A new file begins with an empty line, as Ansible makes it.
  const lines = text.replace(/\n$/, '').split(/\r?\n/);
  const [start, end] = sectionOf(lines, edit.section);
  const now = edit.gone ? without(lines, start, end, edit) : withValues(lines, start, end, edit);
  const isSame = now.length === lines.length && now.every((line, at) => line === lines[at]);
  if (isSame && (text === '' || text.endsWith('\n'))) return text;
  return now.length === 0 ? '' : `${now.join('\n')}\n`;
}

/** Where a section's options begin and end. */
function sectionOf(lines: readonly string[], section: string | undefined): readonly [number, number] {
  const header = section ? new RegExp(`^\\[\\s*${quoted(section.trim())}\\s*\\]`) : undefined;
  const at = header ? lines.findIndex((line) => header.test(line)) : -1;
  if (header && at < 0) return [-1, -1];
  const start = at + 1;
  const next = lines.slice(start).findIndex((line) => line.startsWith('['));
  return [start, next < 0 ? lines.length : start + next];
}

function withValues(lines: readonly string[], start: number, end: number, edit: IniEdit): readonly string[] {
  const { section, option, allowNoValue } = edit;
  const values = [...new Set(edit.values)];
  const fresh = option === undefined ? [] : values.length > 0 || !allowNoValue ? values : [undefined];
  if (start < 0) return [...lines, `[${section ?? ''}]`, ...fresh.map((value) => written(edit, value))];
  if (option === undefined) return lines;
  const body = placed(lines.slice(start, end), fresh, edit);
  return [...lines.slice(0, start), ...body, ...lines.slice(end)];
}

/** The values in a section's lines: in the lines that hold them, then in those of other values, then in lines of their own. */
function placed(
  lines: readonly string[],
  values: readonly (string | undefined)[],
  edit: IniEdit,
): readonly string[] {
  const left = [...values];
  const body = lines.map((line) => ({ line, found: lineOf(edit, line, edit.takesComments), isDone: false }));
  const options = body.filter(({ found }) => found !== undefined);
  const set = (part: (typeof body)[number], at: number): void => {
    const [value] = left.splice(at, 1);
    const isAlike = edit.ignoreSpaces && part.found?.isActive && part.found.value === (value ?? '');
    Object.assign(part, { line: isAlike ? part.line : written(edit, value), isDone: true });
  };
  for (const part of options) {
    const at = left.findIndex((value) => value === undefined || value === part.found?.value);
    if (at >= 0) set(part, at);
  }
  const isAlone = edit.exclusive && !edit.allowNoValue;
  for (const part of options) if (isAlone && !part.isDone && left.length > 0) set(part, 0);
  const kept = body.filter((part) => !isAlone || part.isDone || part.found === undefined).map(({ line }) => line);
  const last = kept.findLastIndex((line) => !/^[ \t]*(?:[#;].*)?$/.test(line)) + 1;
  return [...kept.slice(0, last), ...left.map((value) => written(edit, value)), ...kept.slice(last)];
}

function without(lines: readonly string[], start: number, end: number, edit: IniEdit): readonly string[] {
  if (start < 0) return lines;
  if (edit.option === undefined) return [...lines.slice(0, Math.max(0, start - 1)), ...lines.slice(end)];
  const isGone = (line: string): boolean => {
    const found = lineOf(edit, line, false);
    return found !== undefined && (edit.exclusive || edit.values.includes(found.value));
  };
  return lines.filter((line, at) => at < start || at >= end || !isGone(line));
}

/** What a line says of the option. */
function lineOf(
  { option = '' }: IniEdit,
  line: string,
  takesComments: boolean,
): { readonly value: string; readonly isActive: boolean } | undefined {
  const found = new RegExp(`^[ \\t]*([#;]?)[ \\t]*${quoted(option)}[ \\t]*(?:=|$)[ \\t]*(.*)`).exec(line);
  const [, mark = '', value = ''] = found ?? [];
  return found && (mark === '' || takesComments) ? { value, isActive: mark === '' } : undefined;
}

function written({ option = '', noExtraSpaces }: IniEdit, value: string | undefined): string {
  if (value === undefined) return option;
  return noExtraSpaces ? `${option}=${value}` : `${option} = ${value}`;
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
