/** What a lint rule is: one thing that is known to go wrong, looked for in the facts of a project. No host is asked. */
import type { GatError } from '../base/errors.ts';
import type { Position } from '../base/position.ts';
import type { ProjectFacts } from './facts/facts-of-project.ts';

/** E: it will not work. W: it works, but not as meant. I: worth knowing. */
export type Severity = 'E' | 'W' | 'I';

/** One place where a rule found what it looks for. */
export type Found = {
  /** In plain words: what was found, and what was expected. Never a secret. */
  readonly message: string;
  /** Where it is written; both sides where two must agree, the one to change first. */
  readonly at: readonly (Position | undefined)[];
  /** The line to write, or the command to run. */
  readonly fix: string;
  /** Inventory names of the hosts that it is about. */
  readonly hosts: readonly string[];
  /** The code that the same mistake has where a run meets it, and the error itself where there is one. */
  readonly code?: string;
  readonly error?: GatError;
  /** Where it is other than the rule's. */
  readonly severity?: Severity;
  /** Hardly anything but a slip of the pen: plan and apply tell it, too. */
  readonly isSlip?: true;
};

export type Rule = {
  /** `L02`; permanent. */
  readonly id: string;
  readonly severity: Severity;
  /** What is checked, as a statement that should hold. */
  readonly title: string;
  /** What happens otherwise. */
  readonly why: string;
  /** What to do about it, in general. */
  readonly fix: string;
  /**
   * Whether an E stops apply and plan before they connect; default true. False where a host may know better
   * (which authorities it trusts), or where gatdeploy does what the Ansible role would not.
   */
  readonly stops?: false;
  check(facts: ProjectFacts): readonly Found[];
};

/** A finding: what a rule found, with its rule. */
export type Finding = {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly message: string;
  readonly places: readonly Position[];
  readonly fix: string;
  readonly hosts: readonly string[];
  readonly code?: string;
  readonly error?: GatError;
  readonly isSlip?: true;
};
