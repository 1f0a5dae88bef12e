/** Where text goes: a stream, or a collector in tests. */

/** Where text goes: a stream, or a collector in tests. */
export type Output = {
  write(text: string): unknown;
  /** Colours go to terminals only: results may be piped while progress is looked at. */
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};
