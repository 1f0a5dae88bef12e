/** A tiny genome and reads of it: the same at every run, and all of them map. */

const LENGTH = 3000;
const READS = 40;
const READ_LENGTH = 100;

/** How many reads there are. */
export const READ_COUNT = READS;

/** A sequence of numbers that looks random and is always the same. See Numerical Recipes, "Quick and dirty generators". */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

function genome(): string {
  const next = numbers(7);
  return Array.from({ length: LENGTH }, () => 'ACGT'[Math.floor(next() * 4)]).join('');
}

/** The genome as FASTA. */
export function fasta(): string {
  const lines = genome().match(/.{1,60}/g) ?? [];
  return `>tiny\n${lines.join('\n')}\n`;
}

/** The reads as FASTQ with qualities in Sanger's scale. */
export function fastq(): string {
  const next = numbers(11);
  const whole = genome();
  return Array.from({ length: READS }, (_, index) => {
    const at = Math.floor(next() * (LENGTH - READ_LENGTH));
    return `@read${index}\n${whole.slice(at, at + READ_LENGTH)}\n+\n${'I'.repeat(READ_LENGTH)}\n`;
  }).join('');
}
