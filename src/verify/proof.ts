/** A proof: work that is given to a system to see it done, such as a job. It leaves nothing behind that the system can remove. */
import type { Script } from '../base/shell.ts';
import type { CheckOutput, Verdict } from './check.ts';

/** Somebody has stopped the run in the middle of a proof. */
export class ProofStopped extends Error {}

/** What a proof may do. */
export type ProofContext = {
  /** Runs a script as root on a host; an output without code when the host is not reached. */
  ask(host: string, script: Script): Promise<CheckOutput>;
  /** Tells a line about the progress. */
  tell(line: string): void;
  /** Milliseconds since the start. */
  clock(): number;
  /** @throws ProofStopped */
  pause(ms: number): Promise<void>;
};

export type Proof = {
  /** Stable and unique on its host. */
  readonly id: string;
  /** Inventory name of the host that the proof is about. */
  readonly host: string;
  /** Inventory names of the other hosts that it may ask. */
  readonly others: readonly string[];
  /** What is true when it holds. */
  readonly title: string;
  /** What was asked, as a person would say it. */
  readonly asks: string;
  conduct(context: ProofContext): Promise<Verdict>;
  /** Takes away what it has made, once all proofs are conducted or the run was stopped. */
  close?(context: ProofContext): Promise<void>;
};
