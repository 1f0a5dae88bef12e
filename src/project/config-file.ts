/** The syntax of ansible.cfg, as Python's configparser reads it: only `;` begins a comment behind a value. */
import type { Position } from '../base/position.ts';
import { configSyntax } from './errors.ts';

/** One setting and where it stands. */
export type Setting = { readonly value: string; readonly position: Position };

/** Settings by `section.key`. */
export type Settings = ReadonlyMap<string, Setting>;

/** Parses the text of an ansible.cfg. @throws GatError config/syntax */
export function parseConfig(text: string, file: string): Settings {
  const settings = new Map<string, Setting>();
  let section: string | undefined;
  let open: { readonly key: string; readonly indent: number } | undefined;
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|[\n\r]/)
    .entries()) {
    const position = { file, line: index + 1, column: 1 };
    const content = withoutComment(line);
    if (content === '') continue;
    const indent = line.length - line.trimStart().length;
    if (open && indent > open.indent) {
      const known = settings.get(open.key);
      if (known) settings.set(open.key, { ...known, value: `${known.value}\n${content}` });
      continue;
    }
    const header = /^\[(.+)\]/.exec(content);
    open = undefined;
    if (header) section = header[1];
    else {
      const entry = parseEntry(content, section, position);
      settings.set(entry.key, { value: entry.value, position });
      open = { key: entry.key, indent };
    }
  }
  return settings;
}

function parseEntry(content: string, section: string | undefined, position: Position) {
  if (section === undefined) throw configSyntax(position, 'this line stands above the first [section]');
  const match = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(content);
  if (!match) throw configSyntax(position, `\`${content}\` is not written key = value`);
  return { key: `${section}.${(match[1] ?? '').toLowerCase()}`, value: match[2] ?? '' };
}

/** A `#` begins a comment at the start of a line only; behind a value it belongs to the value. */
function withoutComment(line: string): string {
  if (/^\s*[#;]/.test(line)) return '';
  return line.replace(/\s;.*$/, '').trim();
}
