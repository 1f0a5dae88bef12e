/** A hop that a job did not get past, with what shows it. */
import type { Verdict } from '../check.ts';

export type Finding = { readonly hop: string; readonly evidence: string; readonly fix: string };

/** The verdict that names the hop. */
export function verdictOf({ hop, evidence, fix }: Finding): Verdict {
  return { ok: false, got: `hop ${hop}: ${evidence}`, fix };
}

/** How much of a line is shown: its beginning, and its end, where long errors of Python say why. */
const SHOWN = { beginning: 200, end: 150 };

/** The last line of a text, cut to what is worth showing. */
export function lastLine(text: string): string {
  const line = (text.trim().split('\n').at(-1) ?? '').trim();
  if (line.length <= SHOWN.beginning + SHOWN.end) return line;
  return `${line.slice(0, SHOWN.beginning)} … ${line.slice(-SHOWN.end)}`;
}
