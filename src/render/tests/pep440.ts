/** Python package versions. See PEP 440. */
import { Fault } from '../fault.ts';

const VERSION =
  /^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$/i;

const PHASES: Record<string, number> = { a: 0, alpha: 0, b: 1, beta: 1, c: 2, rc: 2, pre: 2, preview: 2 };

/** The parts in order of weight; numbers compare, a missing part has its place before or after all others. */
function weights(text: string): { numbers: number[]; local: (string | number)[] } {
  const match = VERSION.exec(text);
  if (!match) throw new Fault('other', `Invalid version: '${text}'`);
  const [
    ,
    epoch = '0',
    release = '',
    phase,
    phaseNumber,
    implicitPost,
    postWord,
    postNumber,
    dev,
    devNumber,
    local,
  ] = match;
  const parts = release.split('.').map(Number);
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop();
  const padded = [...parts, ...Array.from({ length: Math.max(0, 20 - parts.length) }, () => 0)];
  const hasPost = implicitPost !== undefined || postWord !== undefined;
  const before =
    phase === undefined ? (dev !== undefined && !hasPost ? -1 : 9) : (PHASES[phase.toLowerCase()] ?? 0);
  const post = hasPost ? Number(implicitPost ?? postNumber ?? 0) : -1;
  const devWeight = dev === undefined ? Number.MAX_SAFE_INTEGER : Number(devNumber ?? 0);
  const localParts =
    local === undefined
      ? []
      : local
          .toLowerCase()
          .split(/[-_.]/)
          .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return {
    numbers: [Number(epoch), ...padded, before, Number(phaseNumber ?? 0), post, devWeight],
    local: localParts,
  };
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
