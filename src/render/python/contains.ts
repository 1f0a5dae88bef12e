/** Python's `in`. */
import { typeFault } from '../fault.ts';
import { spend } from '../limits.ts';
import { readText } from './ambient.ts';
import { equals } from './compare.ts';
import { PyDict } from './dict.ts';
import { iterate } from './iterate.ts';
import { defined, isText, pyType } from './kinds.ts';
import type { PyValue } from './value.ts';

/** Whether a container holds an item, a text a part, a dict a key. @throws Fault type */
export function contains(container: PyValue, item: PyValue): boolean {
  if (isText(defined(container))) {
    if (!isText(defined(item))) {
      throw typeFault(`'in <string>' requires string as left operand, not ${pyType(item)}`);
    }
    return isText(item) && isText(container) && readText(container).includes(readText(item));
  }
  if (container instanceof PyDict) return container.has(item);
  for (const other of iterate(container)) {
    spend();
    if (equals(item, other)) return true;
  }
  return false;
}
