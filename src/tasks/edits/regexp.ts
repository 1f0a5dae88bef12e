/** Python's regular expressions as JavaScript's. See Python's re, "Regular Expression Syntax". */

/** A pattern that can't be translated. */
export class UntranslatablePattern extends Error {}

/** Translates a pattern. @throws UntranslatablePattern */
export function pythonRegExp(pattern: string, flags = ''): RegExp {
  const inline = /^\(\?([aiLmsux]+)\)/.exec(pattern)?.[1] ?? '';
  if (/[Lx]/.test(inline)) throw new UntranslatablePattern(`the flags (?${inline}) are not supported`);
  const own = [...new Set([...flags, ...inline.replace(/[au]/g, '')])].join('');
  const text = pattern
    .slice(inline === '' ? 0 : inline.length + 3)
    .replace(/\(\?P<(\w+)>/g, '(?<$1>')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replace(/\(\?#[^)]*\)/g, '')
    .replace(/(?<!\\)((?:\\\\)*)\\A/g, '$1(?<![\\s\\S])')
    .replace(/(?<!\\)((?:\\\\)*)\\Z/g, '$1(?![\\s\\S])')
    .replace(/([*+?}])\+/g, '$1');
  try {
    return new RegExp(text, own);
  } catch (error) {
    throw new UntranslatablePattern(error instanceof Error ? error.message : String(error));
  }
}
