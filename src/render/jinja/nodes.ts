/** What a template's pieces make together: one piece keeps its type, several become text. */
import { joinText, type Text } from '../../base/secret.ts';
import { Fault } from '../fault.ts';
import { produce } from '../limits.ts';
import { redactedText } from '../python/ambient.ts';
import { PyDict } from '../python/dict.ts';
import { str } from '../python/repr.ts';
import { Marker, Omit, PyBytes, PyList, PyTuple, type PyValue } from '../python/value.ts';

/** Joins the pieces that a template printed; the first undefined one is the result when several are joined. */
export function joinPieces(pieces: readonly PyValue[]): PyValue {
  const shown = pieces.filter((piece) => piece !== null);
  const [only] = shown;
  if (shown.length <= 1) return only === undefined ? null : only;
  try {
    const texts: Text[] = [];
    for (const piece of shown) if (!(piece instanceof Omit)) texts.push(pieceText(piece));
    const text = joinText(texts);
    produce(typeof text === 'string' ? text.length : text.reveal().length);
    return text;
  } catch (error) {
    if (error instanceof Fault) return new Marker(error);
    throw error;
  }
}

function pieceText(piece: PyValue): Text {
  if (piece instanceof PyBytes) return Buffer.from(piece.bytes).toString('utf8');
  if (typeof piece === 'string') return piece;
  return redactedText(() => str(plainContainers(piece)));
}

/** Turns tuples into lists and drops omitted items, as a result shows them. */
function plainContainers(value: PyValue): PyValue {
  if (value instanceof PyList) return new PyList(keep([...value]));
  if (value instanceof PyTuple) return new PyList(keep(value.items));
  if (!(value instanceof PyDict)) return value;
  const items: [PyValue, PyValue][] = [];
  for (const [key, item] of value.entries()) if (!(item instanceof Omit)) items.push([key, plainContainers(item)]);
  return new PyDict(items);
}

function keep(items: readonly PyValue[]): PyValue[] {
  return items.filter((item) => !(item instanceof Omit)).map(plainContainers);
}
