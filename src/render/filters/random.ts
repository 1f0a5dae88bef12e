/** `random` and `shuffle`: with a seed bit for bit as Python's. */
import { Float } from '../../base/value.ts';
import { Fault, typeFault, valueFault } from '../fault.ts';
import { type PluginTable, plugin, type Tools } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { truth } from '../python/compare.ts';
import { PyDict } from '../python/dict.ts';
import { isIterable, listItems } from '../python/iterate.ts';
import { isInt, isText, pyType } from '../python/kinds.ts';
import { randomBelow, randomFromInt, randomFromText, shuffleInPlace } from '../python/mersenne.ts';
import { toInt } from '../python/number.ts';
import { PyList, type PyValue } from '../python/value.ts';

/** Draws ints from 0 to below an end. */
type Draw = (end: bigint) => bigint;

function drawFrom(seed: PyValue, tools: Tools): Draw {
  if (seed === null) return (end) => BigInt(Math.floor(tools.access.random() * Number(end)));
  const random = isText(seed) ? randomFromText(readText(seed)) : randomFromInt(seedInt(seed));
  return (end) => randomBelow(random, end);
}

function seedInt(seed: PyValue): bigint {
  if (isInt(seed)) return BigInt(seed);
  if (seed instanceof Float && Number.isInteger(seed.value)) return BigInt(seed.value);
  throw typeFault(`the seed must be text or an int, not ${pyType(seed)}`);
}

const given = (value: PyValue): value is Exclude<PyValue, null> => value !== null && truth(value);

function random(tools: Tools, end: PyValue, start: PyValue, step: PyValue, seed: PyValue): PyValue {
  const draw = drawFrom(seed, tools);
  if (isInt(end)) {
    const range = {
      start: given(start) ? intOf(start) : 0n,
      end: BigInt(end),
      step: given(step) ? intOf(step) : 1n,
    };
    return toInt(drawStep(draw, range));
  }
  if (given(start) || given(step)) throw new Fault('other', 'start and step can only be used with integer values');
  return choose(end, draw);
}

function choose(value: PyValue, draw: Draw): PyValue {
  if (value instanceof PyDict) throw new Fault('other', 'random cannot choose from a dict');
  if (!isIterable(value)) throw new Fault('other', 'random can only be used on sequences and integers');
  const items = listItems(value);
  const item = items.length === 0 ? undefined : items[Number(draw(BigInt(items.length)))];
  if (item === undefined) throw new Fault('other', 'Cannot choose from an empty sequence');
  return item;
}

function intOf(value: PyValue): bigint {
  if (isInt(value)) return BigInt(value);
  throw typeFault(`'${pyType(value)}' object cannot be interpreted as an integer`);
}

type Range = { readonly start: bigint; readonly end: bigint; readonly step: bigint };

function drawStep(draw: Draw, { start, end, step }: Range): bigint {
  const width = end - start;
  const count = step > 0n ? (width + step - 1n) / step : (width + step + 1n) / step;
  if ((step > 0n ? width : -width) <= 0n) throw valueFault('empty range for randrange()');
  return start + step * draw(count);
}

function shuffle(tools: Tools, value: PyValue, seed: PyValue): PyValue {
  if (!isIterable(value)) return value;
  const items = listItems(value);
  const draw = drawFrom(seed !== null && truth(seed) ? seed : null, tools);
  shuffleInPlace(items, (end) => Number(draw(BigInt(end))));
  return new PyList(items);
}

export const RANDOM_FILTERS: PluginTable = {
  random: plugin('end, start=None, step=None, seed=None', random, { secrecy: 'keep' }),
  shuffle: plugin('mylist, seed=None', shuffle, { secrecy: 'keep' }),
};
