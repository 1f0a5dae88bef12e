/**
 * Makes text of unknown origin harmless for a terminal and for a CI runner's log: no escape sequences, no control
 * characters, no commands that runners read out of logs. See GitHub "workflow commands", GitLab "sections",
 * Azure "logging commands", TeamCity "service messages".
 */
import { stripVTControlCharacters } from 'node:util';
import { maskKnown } from '../base/secret.ts';

/** Longer lines are cut. */
export const MAX_LINE = 1000;

/** Control characters, direction marks and other invisible ones, separators of lines, halves of surrogate pairs. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** What runners look for in the midst of a line. */
const INLINE_COMMANDS = /##(?=\[|vso\[|teamcity\[)|section_(?:start|end)(?=:)/g;

/** Makes one line of text harmless: secrets hidden, invisible characters spelt out, what is too long cut. */
export function neutralise(text: string): string {
  const bare = stripVTControlCharacters(maskKnown(text)).replaceAll('\t', '    ');
  const visible = maskKnown(bare).replace(INVISIBLE, spell);
  return cut(visible.replace(INLINE_COMMANDS, breakCommand), MAX_LINE);
}

/** Splits a text into lines, each harmless; of a line that was redrawn (`\r`) only the last drawing is kept. */
export function neutralLines(text: string): readonly string[] {
  const masked = maskKnown(stripVTControlCharacters(maskKnown(text)));
  return masked
    .replace(/\r*\n$/, '')
    .split(/\r*\n/)
    .map((line) => neutralise(lastDrawing(line)));
}

/** Breaks a command that a runner would obey at the start of a line (`::add-mask::`); applied to whole lines. */
export function defuse(line: string): string {
  return line.replace(/^(\s*):(?=:)/, '$1: ');
}

/** Cuts a text to so many characters; the last one then is an ellipsis. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, Math.max(0, length - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function lastDrawing(line: string): string {
  const drawings = line.split('\r').filter((one) => one.trim() !== '');
  return drawings.at(-1) ?? '';
}

function spell(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return '\uFFFD';
  if (char === '\n') return '\\n';
  if (char === '\r') return '\\r';
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

function breakCommand(command: string): string {
  return `${command.slice(0, -1)} ${command.slice(-1)}`;
}
