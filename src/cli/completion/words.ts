/** Words that a shell can complete, by the place on the command line. */

/** One place on the command line: after these command words, these words can come. */
export type Place = {
  /** The commands so far, such as `lab up`; empty at the beginning. */
  readonly path: string;
  readonly words: readonly Word[];
  readonly options: readonly Word[];
  /** What can follow each option that takes a value; empty where it is not one of a few. */
  readonly values: ReadonlyMap<string, readonly string[]>;
};

export type Word = { readonly word: string; readonly means: string };
