/** Python's `random.Random(seed)`: the MT19937 generator, seeded and drawn from bit for bit as CPython does. */
import { createHash } from 'node:crypto';
import { Fault } from '../fault.ts';

const N = 624;
const M = 397;

/** A generator that is being drawn from. */
export type Random = { readonly state: Uint32Array; index: number };

/** Seeds with a text: the integer is its UTF-8 bytes followed by their SHA-512. */
export function randomFromText(seed: string): Random {
  const bytes = Buffer.from(seed, 'utf8');
  return randomFromInt(bytesToInt(Buffer.concat([bytes, createHash('sha512').update(bytes).digest()])));
}

/** Seeds with an int, whose sign does not count. */
export function randomFromInt(seed: bigint): Random {
  let rest = seed < 0n ? -seed : seed;
  const words: number[] = [];
  do {
    words.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return seedByArray(words);
}

function bytesToInt(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`);
}

function seedByNumber(seed: number): Uint32Array {
  const state = new Uint32Array(N);
  state[0] = seed;
  for (let i = 1; i < N; i++) {
    const previous = at(state, i - 1) ^ (at(state, i - 1) >>> 30);
    state[i] = Math.imul(1812433253, previous) + i;
  }
  return state;
}

const at = (state: Uint32Array, index: number): number => state[index] ?? 0;

function seedByArray(key: readonly number[]): Random {
  const state = seedByNumber(19650218);
  const mix = (i: number, factor: number): number =>
    Math.imul(at(state, i - 1) ^ (at(state, i - 1) >>> 30), factor);
  let i = 1;
  let j = 0;
  const step = (): void => {
    i++;
    if (i < N) return;
    state[0] = at(state, N - 1);
    i = 1;
  };
  for (let k = Math.max(N, key.length); k > 0; k--) {
    state[i] = (at(state, i) ^ mix(i, 1664525)) + (key[j] ?? 0) + j;
    step();
    j = (j + 1) % key.length;
  }
  for (let k = N - 1; k > 0; k--) {
    state[i] = (at(state, i) ^ mix(i, 1566083941)) - i;
    step();
  }
  state[0] = 0x80000000;
  return { state, index: N };
}

function regenerate(random: Random): void {
  const { state } = random;
  for (let i = 0; i < N; i++) {
    const y = (at(state, i) & 0x80000000) | (at(state, (i + 1) % N) & 0x7fffffff);
    state[i] = at(state, (i + M) % N) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
  random.index = 0;
}

function nextWord(random: Random): number {
  if (random.index >= N) regenerate(random);
  let y = at(random.state, random.index++);
  y ^= y >>> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return (y ^ (y >>> 18)) >>> 0;
}

/** Draws so many bits. */
export function randomBits(random: Random, count: number): bigint {
  if (count <= 32) return BigInt(nextWord(random) >>> (32 - count));
  let value = 0n;
  let shift = 0n;
  for (let left = count; left > 0; left -= 32) {
    const word = nextWord(random) >>> Math.max(0, 32 - left);
    value |= BigInt(word) << shift;
    shift += 32n;
  }
  return value;
}

/** Draws a number from 0 to below the end: bits until they are below. */
export function randomBelow(random: Random, end: bigint): bigint {
  if (end <= 0n) throw new Fault('value', 'empty range for randrange()');
  const bits = end.toString(2).length;
  for (;;) {
    const value = randomBits(random, bits);
    if (value < end) return value;
  }
}

/** Shuffles in place, from the end. */
export function shuffleInPlace<T>(items: T[], below: (end: number) => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = below(i + 1);
    const [a, b] = [items[i] as T, items[j] as T];
    items[i] = b;
    items[j] = a;
  }
}
