/** A check of the outcome: what a person would try to see whether it works, from where they would try it. */
import type { Script } from '../base/shell.ts';

/** What the check's script gave. */
export type CheckOutput = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** What a check concludes. */
export type Verdict = {
  readonly ok: boolean;
  /** What came back, in one line and without secrets. */
  readonly got: string;
  /** What to do when it is not ok: one sentence, or a command to copy. */
  readonly fix?: string;
};

export type Check = {
  /** Stable and unique on its host: `rabbitmq/login galaxy_au`. */
  readonly id: string;
  /** Inventory name of the host that the script runs on, as root. */
  readonly host: string;
  /** What is true when it is ok: `galaxy_au can log in to /pulsar/galaxy_au over TLS`. */
  readonly title: string;
  /** What was asked, as a person would type it. */
  readonly asks: string;
  /** Read-only, with its own deadline (`timeout 10 …`); secrets go in on standard input of what it runs. */
  readonly script: Script;
  judge(output: CheckOutput): Verdict;
  /** Try again for this long while it is not ok, for what comes up by and by; default 0. */
  readonly patienceMs?: number;
};
