/** Compares what should be with what is. */
import type { Observed, State } from '../resources/kind.ts';

/** One key that differs; `before` is undefined where nothing was there. */
export type Difference = {
  readonly key: string;
  readonly before: string | number | boolean | undefined;
  readonly after: string | number | boolean | undefined;
};

export type Verdict =
  | { readonly status: 'same' }
  | { readonly status: 'create' | 'update' | 'remove'; readonly differences: readonly Difference[] }
  | { readonly status: 'unknown'; readonly reason: string };

/** Only keys that the desired state mentions count. */
export function compare(desired: State | 'absent', observed: Observed): Verdict {
  if (typeof observed === 'object' && isUnknown(observed)) return { status: 'unknown', reason: observed.unknown };
  const before = observed === 'absent' ? undefined : (observed as State);
  if (desired === 'absent') {
    return before === undefined
      ? { status: 'same' }
      : { status: 'remove', differences: differences(undefined, before) };
  }
  if (before === undefined) return { status: 'create', differences: differences(desired, undefined) };
  const found = differences(desired, before).filter((one) => one.before !== one.after);
  return found.length === 0 ? { status: 'same' } : { status: 'update', differences: found };
}

function isUnknown(observed: State | { readonly unknown: string }): observed is { readonly unknown: string } {
  return typeof (observed as { unknown?: unknown }).unknown === 'string';
}

function differences(after: State | undefined, before: State | undefined): readonly Difference[] {
  return Object.keys(after ?? before ?? {}).map((key) => ({ key, before: before?.[key], after: after?.[key] }));
}
