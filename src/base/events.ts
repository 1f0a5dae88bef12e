/** What happens during a run, as plain data: the engine tells, renderers draw. Times are milliseconds since the run's start. */
import type { GatError } from './errors.ts';
import type { Position } from './position.ts';

/** How one resource ended; what is deferred stays due and holds nothing up. */
export type ResourceStatus = 'unchanged' | 'changed' | 'deferred' | 'failed' | 'left' | 'blocked' | 'skipped';

export type RunEvent =
  | { readonly type: 'connecting'; readonly at: number; readonly host: string }
  | { readonly type: 'connected'; readonly at: number; readonly host: string; readonly ms: number }
  | { readonly type: 'unreachable'; readonly at: number; readonly host: string; readonly error: GatError }
  | {
      readonly type: 'probed';
      readonly at: number;
      readonly host: string;
      readonly resources: number;
      readonly ms: number;
    }
  | {
      readonly type: 'warning';
      readonly at: number;
      readonly host?: string;
      readonly text: string;
      /** Where a file is doubtful; the text begins with it, too. */
      readonly place?: Position;
    }
  | {
      readonly type: 'started';
      readonly at: number;
      readonly host: string;
      readonly resource: string;
      readonly summary: string;
    }
  /** The latest line that a slow step printed; masked and free of control characters. */
  | {
      readonly type: 'output';
      readonly at: number;
      readonly host: string;
      readonly resource: string;
      readonly line: string;
    }
  | {
      readonly type: 'done';
      readonly at: number;
      readonly host: string;
      readonly resource: string;
      readonly status: ResourceStatus;
      readonly ms: number;
      readonly summary: string;
      readonly error?: GatError;
    }
  | {
      readonly type: 'checked';
      readonly at: number;
      readonly host: string;
      readonly check: string;
      readonly title: string;
      readonly ok: boolean;
      readonly asks: string;
      readonly got: string;
      readonly fix?: string;
      readonly ms: number;
    };

/** Receives events as they happen. */
export type Emit = (event: RunEvent) => void;
