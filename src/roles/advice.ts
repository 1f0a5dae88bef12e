/** What a role says about variables that work, but not as their author thinks; it never stops anything. */
import type { Position } from '../base/position.ts';

export type Advice = {
  /** Permanent and searchable, like an error's. */
  readonly code: string;
  /** The variable it is about. */
  readonly variable?: string;
  readonly position: Position | undefined;
  /** What happens, in one sentence. */
  readonly text: string;
  /** What to do about it, in one sentence. */
  readonly fix: string;
};
