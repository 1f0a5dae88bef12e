/** Whom a task notifies. */
import type { Node } from '../base/node.ts';
import { isList } from '../base/value.ts';
import type { Frame } from './context.ts';
import type { Asking } from './memory.ts';

/** The names that a frame's `notify` holds, evaluated. */
export function notifiedNames(
  frame: Frame,
  { templar }: Pick<Asking, 'templar'>,
): readonly { readonly name: string; readonly node: Node }[] {
  return frame.notify.flatMap((node) => {
    const value = templar.evaluate(node) ?? null;
    return (isList(value) ? value : [value]).flatMap((name) => (typeof name === 'string' ? [{ name, node }] : []));
  });
}
