/** The answer of a probe whose broker doesn't run. */
import type { Item, Observed } from '../kind.ts';

/** Says of all items that they can't be known until the broker runs. */
export function brokerDown(items: readonly Item<unknown>[]): ReadonlyMap<string, Observed> {
  return new Map(items.map(({ name }): [string, Observed] => [name, { unknown: 'the broker is not running' }]));
}
