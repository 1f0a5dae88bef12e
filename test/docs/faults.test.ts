import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const CASES = [...numbered('F', 58), ...numbered('S', 24)];

function numbered(letter: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}

type Case = { readonly id: string; readonly proofs: readonly string[] };

function casesOf(page: string): readonly Case[] {
  return page.split(/^(?=- \*\*)/m).flatMap((part): Case[] => {
    const [, id] = /^- \*\*([FS]\d+)\*\*/.exec(part) ?? [];
    return id ? [{ id, proofs: [...part.matchAll(/^ {2}- (.+)$/gm)].map(([, proof = '']) => proof) }] : [];
  });
}

/** Why a line proves nothing; undefined when it does, or says why there is no test. */
function flaw(proof: string): string | undefined {
  if (/^not tested: .{20,}/.test(proof)) return undefined;
  const [, file = '', title = ''] = /^`(.+?)`: (.+)$/.exec(proof) ?? [];
  if (!existsSync(at(file))) return `no such file: ${proof}`;
  const source = readFileSync(at(file), 'utf8');
  return [`'${title}'`, `"${title}"`].some((quoted) => source.includes(quoted))
    ? undefined
    : `no such test: ${proof}`;
}

describe('docs/faults.md', () => {
  const cases = casesOf(readFileSync(at('docs/faults.md'), 'utf8'));
  test('has every case once, in order', () => expect(cases.map(({ id }) => id)).toEqual(CASES));
  test.each(cases)('$id names tests that exist, or says why there is none', ({ proofs }) => {
    expect(proofs.length).toBeGreaterThan(0);
    expect(proofs.flatMap((proof) => flaw(proof) ?? [])).toEqual([]);
  });
});
