/** What our Python programs say: one line, which begins with OK when all is well. */
import type { CheckOutput, Verdict } from '../../verify/check.ts';

/** Judges the last line that a program printed. */
export function judgeLine({ code, stdout, stderr }: CheckOutput, fix: string): Verdict {
  const line = stdout.trim().split('\n').at(-1) || lastLine(stderr) || `exit ${code}`;
  return code === 0 && line.startsWith('OK') ? { ok: true, got: line } : { ok: false, got: line, fix };
}

/** The last line of a text, where programs tell why they ended. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
