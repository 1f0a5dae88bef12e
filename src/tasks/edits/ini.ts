/** One option of an INI file, as ini_file sees it. See Ansible's community.general.ini_file. */
import { linesOf } from './line.ts';

export type IniEdit = {
  /** Empty or undefined: the options before the first section. */
  readonly section: string | undefined;
  /** Undefined: the section itself. */
  readonly option: string | undefined;
  readonly value: string | undefined;
  readonly gone: boolean;
  readonly noExtraSpaces: boolean;
  readonly allowNoValue: boolean;
};

/** The text with the option set or removed. */
export function withOption(text: string, edit: IniEdit): string {
  // A new file begins with an empty line, as Ansible makes it.
  const lines = text === '' ? [''] : linesOf(text).map((line) => line.replace(/[\r\n]+$/, ''));
  const [start, end] = sectionOf(lines, edit.section);
  if (edit.gone) return joined(removed(lines, start, end, edit), text, lines);
  if (start < 0)
    return joined([...lines, ...(edit.section ? [`[${edit.section}]`] : []), ...own(edit)], text, lines);
  if (edit.option === undefined) return text;
  return joined(changed(lines, start, end, edit), text, lines);
}

/** Where a section's options begin and end. */
function sectionOf(lines: readonly string[], section: string | undefined): readonly [number, number] {
  const header = section ? lines.findIndex((line) => line.trim() === `[${section}]`) : -1;
  if (section && header < 0) return [-1, -1];
  const start = section ? header + 1 : 0;
  const next = lines.slice(start).findIndex((line) => /^\s*\[.+\]\s*$/.test(line));
  return [start, next < 0 ? lines.length : start + next];
}

function changed(lines: readonly string[], start: number, end: number, edit: IniEdit): readonly string[] {
  const own_ = own(edit);
  const at = find(lines, start, end, edit.option ?? '');
  if (at >= 0) return [...lines.slice(0, at), ...own_, ...lines.slice(at + 1)];
  let place = end;
  while (place > start && lines[place - 1]?.trim() === '') place--;
  return [...lines.slice(0, place), ...own_, ...lines.slice(place)];
}

/** An option that stands in a comment is taken, as its author left the place for it. */
function find(lines: readonly string[], start: number, end: number, option: string): number {
  const name = option.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const inside = lines.slice(start, end);
  const active = inside.findIndex((line) => new RegExp(`^\\s*${name}\\s*(?:=|$)`).test(line));
  const found = active >= 0 ? active : inside.findIndex((line) => new RegExp(`^[#;]\\s*${name}\\s*=`).test(line));
  return found < 0 ? -1 : start + found;
}

function removed(
  lines: readonly string[],
  start: number,
  end: number,
  { section, option }: IniEdit,
): readonly string[] {
  if (start < 0) return lines;
  if (option === undefined) return [...lines.slice(0, section ? start - 1 : start), ...lines.slice(end)];
  const name = option.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const isOption = new RegExp(`^\\s*${name}\\s*(?:=|$)`);
  return lines.filter((line, at) => at < start || at >= end || !isOption.test(line));
}

function own({ option, value, noExtraSpaces, allowNoValue }: IniEdit): readonly string[] {
  if (option === undefined) return [];
  if (value === undefined && allowNoValue) return [option];
  return [noExtraSpaces ? `${option}=${value ?? ''}` : `${option} = ${value ?? ''}`];
}

function joined(lines: readonly string[], text: string, before: readonly string[]): string {
  const isSame = lines.length === before.length && lines.every((line, at) => line === before[at]);
  if (isSame) return text;
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
