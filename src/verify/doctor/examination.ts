/** An examination: asks a host for what shows the cause of a symptom, and says what is wrong and what mends it. */
import type { Script } from '../../base/shell.ts';
import type { CheckOutput } from '../check.ts';

/** Where a cause lies, what comes first upstream of what comes later. */
export const PLACES = ['host', 'way', 'web server', 'broker', 'reference data', 'Pulsar', 'Galaxy'] as const;

/** One of the places; the `way` is what lies between two hosts: names, ports, certificates. */
export type Place = (typeof PLACES)[number];

/** A cause with what shows it. */
export type Diagnosis = {
  /** Stable: `broker/alarm`. */
  readonly id: string;
  readonly place: Place;
  readonly host: string;
  /** What is wrong, in one sentence without a full stop. */
  readonly cause: string;
  /** What a host said, in one line and without secrets. */
  readonly evidence: string;
  /** A command to copy, or one sentence. */
  readonly fix: string;
  /** Beginnings of the ids of checks and diagnoses that only follow from this one. */
  readonly explains?: readonly string[];
  /** Beginnings of the ids of checks and diagnoses one of which must show the same: what a log tells may be over. */
  readonly needs?: readonly string[];
};

/** Questions to one host, all in one script. */
export type Examination = {
  readonly id: string;
  readonly host: string;
  /**
   * Read-only, with its own deadline. `$gd_since` is the beginning of the time that is looked at, as journalctl takes it,
   * `$gd_from` the same as `2026-01-31 12:00:00` in the host's time.
   */
  readonly script: Script;
  diagnose(output: CheckOutput): readonly Diagnosis[];
};
