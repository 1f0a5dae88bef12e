/** Attributes by dotted path, as Jinja2's filters take them: `a.b.0`. */
import { readItem } from '../python/access.ts';
import { ambient, readText } from '../python/ambient.ts';
import { isInt, isText } from '../python/kinds.ts';
import { Marker, PyList, type PyValue } from '../python/value.ts';

/** Reads a path such as `network.ip` or a position; an undefined value takes the default, if there is one. */
export function attributeGetter(attribute: PyValue, otherwise?: PyValue): (item: PyValue) => PyValue {
  const keys = pathKeys(attribute);
  return (item) => {
    let value = item;
    for (const key of keys) {
      value = readItem(value, key);
      if (ambient.tripping && value instanceof Marker) throw value.fault;
      if (otherwise !== undefined && value instanceof Marker) value = otherwise;
    }
    return value;
  };
}

function pathKeys(attribute: PyValue): PyValue[] {
  if (attribute === null) return [];
  if (isInt(attribute)) return [attribute];
  if (!isText(attribute)) return [attribute];
  return readText(attribute)
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Reads several paths `a,b` as a list. */
export function attributesGetter(attribute: PyValue): (item: PyValue) => PyValue {
  if (!isText(attribute) || !readText(attribute).includes(',')) return attributeGetter(attribute);
  const getters = readText(attribute)
    .split(',')
    .map((part) => attributeGetter(part));
  return (item) => new PyList(getters.map((read) => read(item)));
}

/** Text in small letters, so that letters compare without case; other values as they are. */
export function ignoreCase(value: PyValue): PyValue {
  if (isText(value)) return readText(value).toLowerCase();
  return value;
}
