/**
 * Flow collections and quoted texts may go on at any indentation in YAML 1.1 (libyaml), which the parser refuses as YAML 1.2
 * does. Indenting such lines changes no value: line breaks and indentation inside them fold.
 */

/** The text with such lines indented, and the way back to the offsets of the original. */
export type Reindented = { readonly text: string; readonly originalOffset: (offset: number) => number };

type State = { quote: '"' | "'" | undefined; flow: number; blockIndent: number | undefined };

/** Indents the lines that go on with a flow collection or a quoted text; undefined when there are none. */
export function reindent(text: string): Reindented | undefined {
  const state: State = { quote: undefined, flow: 0, blockIndent: undefined };
  const shifts: { readonly at: number; readonly by: number }[] = [];
  let result = '';
  for (const line of text.split(/(?<=\n)/)) {
    const inside = state.quote !== undefined || state.flow > 0;
    const pad = inside && line.trim() !== '' ? ' '.repeat(PAD) : '';
    if (pad) shifts.push({ at: result.length, by: PAD });
    result += pad + line;
    scanLine(line, state);
  }
  if (shifts.length === 0) return undefined;
  return { text: result, originalOffset: (offset) => offset - totalShift(shifts, offset) };
}

const PAD = 200;

function totalShift(shifts: readonly { readonly at: number; readonly by: number }[], offset: number): number {
  let total = 0;
  for (const shift of shifts) {
    if (shift.at >= offset) break;
    total += shift.by;
  }
  return total;
}

function scanLine(line: string, state: State): void {
  if (skipsBlockScalar(line, state)) return;
  let previous = ' ';
  for (let index = 0; index < line.length; index++) {
    const char = line[index] ?? '';
    if (state.quote) index += insideQuote(line, index, state);
    else if (char === '#' && /\s/.test(previous)) break;
    else scanChar(char, previous, state);
    previous = char;
  }
  if (!state.quote && state.flow === 0 && /(?:^|[\s:-])[|>][-+0-9]*\s*(?:#.*)?$/.test(line))
    state.blockIndent = line.length - line.trimStart().length;
}

function skipsBlockScalar(line: string, state: State): boolean {
  if (state.blockIndent === undefined) return false;
  const indent = line.length - line.trimStart().length;
  if (line.trim() === '' || indent > state.blockIndent) return true;
  state.blockIndent = undefined;
  return false;
}

/** Handles one character inside quotes; returns how many more to skip. */
function insideQuote(line: string, index: number, state: State): number {
  const char = line[index];
  if (state.quote === '"' && char === '\\') return 1;
  if (char !== state.quote) return 0;
  if (char === "'" && line[index + 1] === "'") return 1;
  state.quote = undefined;
  return 0;
}

function scanChar(char: string, previous: string, state: State): void {
  const startsToken = /[\s[{,:-]/.test(previous);
  if ((char === '"' || char === "'") && startsToken) state.quote = char;
  else if ((char === '[' || char === '{') && (startsToken || state.flow > 0)) state.flow++;
  else if ((char === ']' || char === '}') && state.flow > 0) state.flow--;
}
