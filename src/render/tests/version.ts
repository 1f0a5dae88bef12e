/** Comparing versions: loosely, strictly, semantically, and by PEP 440. */
import { Fault } from '../fault.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { compare, truth } from '../python/compare.ts';
import { needText } from '../python/kinds.ts';
import { str } from '../python/repr.ts';
import { PyList, type PyValue } from '../python/value.ts';
import { comparePep440 } from './pep440.ts';

type Compare = (a: string, b: string) => number;

/** `1.10b2` as 1, 10, b, 2: numbers against numbers, words against words; one against the other has no order. */
function looseParts(version: string): PyList {
  const parts = version.match(/\d+|[a-z]+|\.|[^\da-z.]+/gi) ?? [];
  const kept = parts.filter((part) => part !== '.');
  return new PyList(kept.map((part) => (/^\d+$/.test(part) ? BigInt(part) : part)));
}

const compareLoose: Compare = (a, b) => compare(looseParts(a), looseParts(b));

function strictParts(version: string): [number[], [string, number] | undefined] {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/.exec(version);
  if (!match) throw new Fault('other', `invalid version number '${version}'`);
  const [, major, minor, patch, letter, number] = match;
  return [
    [Number(major), Number(minor), Number(patch ?? 0)],
    letter === undefined ? undefined : [letter, Number(number)],
  ];
}

const compareStrict: Compare = (a, b) => {
  const [[numbersA, beforeA], [numbersB, beforeB]] = [strictParts(a), strictParts(b)];
  const byNumber = compareNumbers(numbersA, numbersB);
  if (byNumber !== 0 || (!beforeA && !beforeB)) return byNumber;
  if (!beforeA || !beforeB) return beforeA ? -1 : 1;
  return beforeA[0] === beforeB[0] ? beforeA[1] - beforeB[1] : beforeA[0] < beforeB[0] ? -1 : 1;
};

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index] ?? 0;
    if (part !== other) return part - other;
  }
  return 0;
}

const SEMVER =
  /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-.]+)?$/;

const compareSemantic: Compare = (a, b) => {
  const [left, right] = [a, b].map((version) => {
    const match = SEMVER.exec(version);
    if (!match) throw new Fault('other', `invalid semantic version '${version}'`);
    return { numbers: match.slice(1, 4).map(Number), before: match[4]?.split('.') };
  });
  if (!left || !right) return 0;
  const byNumber = compareNumbers(left.numbers, right.numbers);
  if (byNumber !== 0 || (!left.before && !right.before)) return byNumber;
  if (!left.before || !right.before) return left.before ? -1 : 1;
  return compareIdentifiers(left.before, right.before);
};

function compareIdentifiers(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compareIdentifier(part, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareIdentifier(a: string, b: string): number {
  const [numericA, numericB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numericA && numericB) return Number(a) - Number(b);
  if (numericA !== numericB) return numericA ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}

const TYPES: Record<string, Compare> = {
  loose: compareLoose,
  strict: compareStrict,
  semver: compareSemantic,
  semantic: compareSemantic,
  pep440: comparePep440,
};

const OPERATORS: Record<string, (order: number) => boolean> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
};

const SIGNS: Record<string, string> = {
  '==': 'eq',
  '=': 'eq',
  '!=': 'ne',
  '<>': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};

function test(value: PyValue, version: PyValue, operator: PyValue, strict: PyValue, type: PyValue): boolean {
  if (strict !== null && type !== null)
    throw new Fault('other', "Cannot specify both 'strict' and 'version_type'");
  if (!truth(value)) throw new Fault('other', 'Input version value cannot be empty');
  if (!truth(version)) throw new Fault('other', 'Version parameter to compare against cannot be empty');
  const order = orderOf(strict, type);
  const sign = readText(needText(operator, 'operator'));
  const holds = OPERATORS[SIGNS[sign] ?? sign];
  if (!holds) throw new Fault('other', `Invalid operator type (${sign})`);
  return holds(compareVersions(order, str(value), str(version)));
}

function orderOf(strict: PyValue, type: PyValue): Compare {
  const asked = type !== null && truth(type) ? str(type) : 'loose';
  const name = strict !== null && truth(strict) ? 'strict' : asked;
  const order = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (order) return order;
  throw new Fault('other', `Invalid version type (${name}). Must be one of ${Object.keys(TYPES).join(', ')}`);
}

function compareVersions(order: Compare, a: string, b: string): number {
  try {
    return order(a, b);
  } catch (error) {
    if (error instanceof Fault) throw new Fault('other', `Version comparison failed: ${error.message}`);
    throw error;
  }
}

const version = plugin("value, version, operator='eq', strict=None, version_type=None", (_t, ...args) => {
  const [value = null, other = null, operator = null, strict = null, type = null] = args;
  return test(value, other, operator, strict, type);
});

export const VERSION_TESTS: PluginTable = { version, version_compare: version };
