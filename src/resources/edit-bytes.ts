/** Files that are edited are UTF-8; bytes that are not survive as characters that no text has, as in Python's surrogateescape. */

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads bytes, given as one character each. */
export function textOfBytes(bytes: string): string {
  return bytes.replace(/[\x80-\xff]+/g, (run) => {
    try {
      return UTF8.decode(Buffer.from(run, 'latin1'));
    } catch {
      return run.replace(SEQUENCE, (part) => decoded(part));
    }
  });
}

/** A lead byte with what follows it, or one byte by itself. */
const SEQUENCE = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\s\S]/g;

function decoded(part: string): string {
  try {
    return UTF8.decode(Buffer.from(part, 'latin1'));
  } catch {
    return [...part].map((byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0))).join('');
  }
}

/** Writes a text as bytes, given as one character each. */
export function bytesOfText(text: string): string {
  return text
    .split(/((?<![\ud800-\udbff])[\udc80-\udcff])/)
    .map((part, at) =>
      at % 2 === 1
        ? String.fromCharCode(part.charCodeAt(0) - 0xdc00)
        : Buffer.from(part, 'utf8').toString('latin1'),
    )
    .join('');
}
