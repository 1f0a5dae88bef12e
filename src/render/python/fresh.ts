/** Copies of remembered values, so that a template which changes a list changes only its own. */
import { PyDict } from './dict.ts';
import { type Cell, Lazy, PyList, type PyValue } from './value.ts';

/** A copy of lists and dicts, made level by level as they are touched; other values cannot change. */
export function fresh(value: PyValue): PyValue {
  if (value instanceof PyList) {
    return new PyList(
      value.cells.map((cell, index) => freshCell(cell, () => value.at(index))),
      true,
    );
  }
  if (!(value instanceof PyDict)) return value;
  const copies: [PyValue, Cell][] = [];
  for (const [key, cell] of value.cells()) copies.push([key, freshCell(cell, () => present(value.get(key)))]);
  return new PyDict(copies, true);
}

function freshCell(cell: Cell, force: () => PyValue): Cell {
  const changeable = cell instanceof Lazy || cell instanceof PyList || cell instanceof PyDict;
  return changeable ? new Lazy(() => fresh(force())) : cell;
}

const present = (value: PyValue | undefined): PyValue => (value === undefined ? null : value);
