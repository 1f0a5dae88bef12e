/** Python's operators + - * / // % ** on numbers, text, lists and dates. */
import { joinText } from '../../base/secret.ts';
import { Float } from '../../base/value.ts';
import { Fault, typeFault, valueFault } from '../fault.ts';
import { checkSize, produce, produceItems } from '../limits.ts';
import { ambient, readText, redactedText } from './ambient.ts';
import { numeric } from './compare.ts';
import { addDates, subtractDates } from './date.ts';
import { defined, isInt, isNumber, isText, pyType } from './kinds.ts';
import { toInt } from './number.ts';
import { percentFormat } from './percent.ts';
import { power } from './powers.ts';
import { PyList, PyTuple, type PyValue } from './value.ts';

export type Operator = '+' | '-' | '*' | '/' | '//' | '%' | '**';

/** Applies an operator. @throws Fault type or value, as Python raises them */
export function operate(operator: Operator, a: PyValue, b: PyValue): PyValue {
  defined(a);
  defined(b);
  if (isNumber(a) && isNumber(b)) return operateNumbers(operator, a, b);
  const result = SPECIAL[operator]?.(a, b);
  if (result !== undefined) return result;
  throw typeFault(`unsupported operand type(s) for ${operator}: '${pyType(a)}' and '${pyType(b)}'`);
}

/** Python's unary minus and plus. */
export function negate(value: PyValue, sign: '-' | '+'): PyValue {
  if (!isNumber(defined(value))) throw typeFault(`bad operand type for unary ${sign}: '${pyType(value)}'`);
  if (typeof value === 'boolean') return sign === '-' ? 0 - Number(value) : Number(value);
  return operateNumbers('*', value as Float, sign === '-' ? -1 : 1);
}

type Special = (a: PyValue, b: PyValue) => PyValue | undefined;

const SPECIAL: Partial<Record<Operator, Special>> = {
  '+': (a, b) => {
    if (isText(a)) return isText(b) ? concatenate(a, b) : textOnly(b);
    if (a instanceof PyList && b instanceof PyList) {
      produceItems(a.length + b.length);
      return new PyList([...a.cells, ...b.cells]);
    }
    if (a instanceof PyTuple && b instanceof PyTuple) return new PyTuple([...a.items, ...b.items]);
    return addDates(a, b);
  },
  '-': (a, b) => subtractDates(a, b),
  '*': (a, b) => {
    if (isInt(a)) return repeat(b, a);
    return isInt(b) ? repeat(a, b) : undefined;
  },
  '%': (a, b) => (isText(a) ? redactedText(() => percentFormat(readText(a), b)) : undefined),
};

function textOnly(b: PyValue): never {
  throw typeFault(`can only concatenate str (not "${pyType(b)}") to str`);
}

function concatenate(a: PyValue, b: PyValue): PyValue {
  if (!isText(a) || !isText(b)) return null;
  if (typeof a === 'string' && typeof b === 'string') {
    produce(a.length + b.length);
    return a + b;
  }
  ambient.reveals++;
  return ambient.redacting ? readText(a) + readText(b) : joinText([a, b]);
}

function repeat(value: PyValue, times: number | bigint | boolean): PyValue | undefined {
  const count = Math.max(0, Number(times));
  if (isText(value)) {
    checkSize(readText(value).length * count);
    produce(readText(value).length * count);
    return redactedText(() => readText(value).repeat(count));
  }
  if (value instanceof PyList) {
    produceItems(value.length * count);
    return new PyList(Array.from({ length: count }, () => value.cells).flat());
  }
  if (value instanceof PyTuple) {
    produceItems(value.items.length * count);
    return new PyTuple(Array.from({ length: count }, () => value.items).flat());
  }
  return undefined;
}

type Num = number | bigint | boolean | Float;

function operateNumbers(operator: Operator, a: Num, b: Num): PyValue {
  if (a instanceof Float || b instanceof Float || operator === '/') {
    return new Float(floatOperation(operator, Number(numeric(a)), Number(numeric(b))));
  }
  const x = numeric(a);
  const y = numeric(b);
  if (operator === '**' && y < 0) {
    if (x === 0) throw valueFault('0.0 cannot be raised to a negative power');
    return new Float(power(Number(x), Number(y)));
  }
  const fast = typeof x === 'number' && typeof y === 'number' ? smallOperation(operator, x, y) : undefined;
  return fast !== undefined && Number.isSafeInteger(fast)
    ? fast
    : toInt(bigOperation(operator, BigInt(x), BigInt(y)));
}

function smallOperation(operator: Operator, x: number, y: number): number | undefined {
  if (operator === '+') return x + y;
  if (operator === '-') return x - y;
  if (operator === '*') return x * y + 0;
  if (y === 0 && operator !== '**') throw valueFault('integer division or modulo by zero');
  if (operator === '//') return Math.floor(x / y) + 0;
  if (operator === '%') return (((x % y) + y) % y) + 0;
  return operator === '**' ? x ** y : undefined;
}

const BIG: Record<Operator, (x: bigint, y: bigint) => bigint> = {
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => {
    checkSize(x.toString(16).length + y.toString(16).length);
    return x * y;
  },
  '/': (x, y) => x / y,
  '//': (x, y) => (x - BIG['%'](x, y)) / y,
  '%': (x, y) => ((x % y) + y) % y,
  '**': (x, y) => {
    const digits = (x < 0n ? -x : x).toString(2).length;
    if (digits > 1 && Number(y) * digits > 4_000_000) throw new Fault('limit', 'the power is too large');
    return x ** y;
  },
};

function bigOperation(operator: Operator, x: bigint, y: bigint): bigint {
  if (y === 0n && (operator === '//' || operator === '%')) throw valueFault('integer division or modulo by zero');
  return BIG[operator](x, y);
}

const FLOAT: Record<Operator, (x: number, y: number) => number> = {
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => x * y,
  '/': (x, y) => x / y,
  '//': (x, y) => Math.floor((x - FLOAT['%'](x, y)) / y + 0.5),
  '%': (x, y) => {
    const rest = x % y;
    return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
  },
  '**': power,
};

function floatOperation(operator: Operator, x: number, y: number): number {
  if (y === 0 && (operator === '/' || operator === '//' || operator === '%')) {
    throw valueFault(operator === '/' ? 'division by zero' : 'float floor division or modulo by zero');
  }
  if (operator === '**' && x === 0 && y < 0) throw valueFault('0.0 cannot be raised to a negative power');
  const result = FLOAT[operator](x, y);
  if (operator === '**' && !Number.isFinite(result) && Number.isFinite(x) && Number.isFinite(y)) {
    throw valueFault('(34, numerical result out of range)');
  }
  return result;
}
