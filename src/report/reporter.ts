/** The one door to the screen: takes what the engine tells and shows it in the form that was chosen. */
import type { Outcome } from '../apply/outcome.ts';
import type { Emit } from '../base/events.ts';
import type { Graph } from '../graph/graph.ts';
import type { Finding } from '../lint/rule.ts';
import type { Entry, Plan } from '../plan/plan.ts';
import type { Diagnosis } from '../verify/doctor/examination.ts';
import type { CheckResult } from '../verify/run.ts';
import type { Asked } from './diagnoses.ts';
import type { Mode } from './mode.ts';
import type { Output } from './output.ts';
import type { PlanOptions } from './plan.ts';
import type { SummaryOptions } from './summary.ts';

export type ReporterOptions = {
  readonly mode: Mode;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Default 80. */
  readonly columns?: number;
  /** Both go to a terminal, which would break long lines within words. */
  readonly wrapped?: boolean;
  /** Whether a terminal gets colours; default true. */
  readonly color?: boolean;
  /** A clock in milliseconds; default `Date.now`. */
  readonly now?: () => number;
};

/** How a graph is written for people and their tools. */
export type GraphForm = 'text' | 'dot' | 'mermaid' | 'svg' | 'html';

/** Shows a run. Results go to stdout, progress and errors to stderr; as JSON everything goes to stdout. */
export type Reporter = {
  /** Shows progress. */
  readonly emit: Emit;
  plan(plan: Plan, graph: Graph, options?: PlanOptions): void;
  /** As text by default; JSON has one form. */
  graph(graph: Graph, form?: GraphForm): void;
  /** One resource: where it comes from, what it waits for, who waits for it, why it changes. */
  why(entry: Entry, graph: Graph): void;
  summary(outcome: Outcome, options?: SummaryOptions): void;
  checks(results: readonly CheckResult[]): void;
  /** What the doctor found. */
  diagnoses(diagnoses: readonly Diagnosis[], asked: Asked): void;
  /** What the lint found. */
  findings(findings: readonly Finding[]): void;
  /** Shows anything that was thrown. */
  error(error: unknown): void;
  /** A remark for people, such as what to do next; lines are split. As JSON it is a `note`. */
  note(text: string): void;
  /** Takes the live progress away while somebody is asked something at the terminal. */
  pause<T>(ask: () => Promise<T>): Promise<T>;
  /** Ends the live progress; resolves when everything is written. */
  close(): Promise<void>;
};
