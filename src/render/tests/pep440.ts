/** Python package versions. See PEP 440. */
import { Fault } from '../fault.ts';

const VERSION =
  /^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$/i;

const PHASES: Record<string, number> = { a: 0, alpha: 0, b: 1, beta: 1, c: 2, rc: 2, pre: 2, preview: 2 };

type Weights = { readonly numbers: readonly number[]; readonly local: readonly (string | number)[] };

/** The parts in order of weight; numbers compare, a missing part has its place before or after all others. */
function weights(text: string): Weights {
  const match = VERSION.exec(text);
  if (!match) throw new Fault('other', `Invalid version: '${text}'`);
  const [, epoch = '0', release = '', phase, phaseNumber, ...later] = match;
  const [implicitPost, postWord, postNumber, dev, devNumber, local] = later;
  const post = implicitPost ?? (postWord === undefined ? undefined : postNumber || '0');
  const numbers = [
    Number(epoch),
    ...releaseNumbers(release),
    phaseWeight(phase, dev !== undefined && post === undefined),
    Number(phaseNumber ?? 0),
    post === undefined ? -1 : Number(post),
    dev === undefined ? Number.MAX_SAFE_INTEGER : Number(devNumber ?? 0),
  ];
  return { numbers, local: localParts(local) };
}

/** Trailing zeros don't count. */
function releaseNumbers(release: string): number[] {
  const parts = release.split('.').map(Number);
  return [...parts, ...Array.from({ length: Math.max(0, 20 - parts.length) }, () => 0)];
}

function phaseWeight(phase: string | undefined, onlyDev: boolean): number {
  if (phase === undefined) return onlyDev ? -1 : 9;
  return PHASES[phase.toLowerCase()] ?? 0;
}

function localParts(local: string | undefined): (string | number)[] {
  const parts = local === undefined ? [] : local.toLowerCase().split(/[-_.]/);
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Orders two versions. @throws Fault other */
export function comparePep440(a: string, b: string): number {
  const [left, right] = [weights(a), weights(b)];
  for (const [index, number] of left.numbers.entries()) {
    const other = right.numbers[index] ?? 0;
    if (number !== other) return number - other;
  }
  return compareLocal(left.local, right.local);
}

function compareLocal(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    if (typeof part !== typeof other) return typeof part === 'number' ? 1 : -1;
    return part < other ? -1 : 1;
  }
  return a.length - b.length;
}
