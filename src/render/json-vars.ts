/** Variables from a JSON text, each part with its place, as `--vars` and `--batch` read them. */
import type { Node } from '../base/node.ts';
import type { Position } from '../base/position.ts';
import { DateValue, type Scalar } from '../base/value.ts';
import { DEFAULT_LIMITS, startBudget, withBudget } from './limits.ts';
import { readJson } from './python/json-read.ts';

/** Reads a JSON text as a tree of nodes; its texts are templates. `{"__date__": …}` is a date. @throws Fault value */
export function readJsonNodes(text: string, file: string): Node {
  const position = positionFinder(text, file);
  // A file that the user names counts for itself, however much was evaluated before.
  return withBudget(startBudget(DEFAULT_LIMITS), () => readNodes(text, position));
}

function readNodes(text: string, position: (at: number) => Position): Node {
  return readJson<Node>(text, {
    scalar: (value, at) => ({ kind: 'scalar', value, position: position(at), template: true }),
    list: (items, at) => ({ kind: 'list', items, position: position(at) }),
    dict: (entries, at) =>
      dateNode(entries, position(at)) ?? {
        kind: 'dict',
        entries: new Map<Scalar, Node>(entries),
        position: position(at),
      },
  });
}

function dateNode(entries: readonly [string, Node][], position: Node['position']): Node | undefined {
  const [only] = entries;
  if (entries.length !== 1 || only?.[0] !== '__date__' || only[1].kind !== 'scalar') return undefined;
  const iso = String(only[1].value);
  return {
    kind: 'scalar',
    value: new DateValue(iso.includes('T') ? 'datetime' : 'date', iso),
    position,
    template: false,
  };
}

/** Finds positions quickly in a text with many. */
function positionFinder(text: string, file: string): (at: number) => Position {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (at) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return { file, line: low + 1, column: at - (starts[low] ?? 0) + 1 };
  };
}
