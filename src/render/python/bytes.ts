/** Python's bytes, printed. */

/** Python's `repr` of bytes: b'text', other bytes as \xhh. */
export function reprBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = '';
  for (const char of text) out += char === quote || char === '\\' ? `\\${char}` : escapeByte(char);
  return `b${quote}${out}${quote}`;
}

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeByte(char: string): string {
  if (char >= ' ' && char <= '~') return char;
  return SHORT[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
