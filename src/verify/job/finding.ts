/** A hop that a job did not get past, with what shows it. */
import type { Verdict } from '../check.ts';

export type Finding = { readonly hop: string; readonly evidence: string; readonly fix: string };

/** The verdict that names the hop. */
export function verdictOf({ hop, evidence, fix }: Finding): Verdict {
  return { ok: false, got: `hop ${hop}: ${evidence}`, fix };
}

/** The last line of a text, cut to what is worth showing. */
export function lastLine(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').trim().slice(0, 300);
}
