/** Assignments: to names, to several at once, to members of a namespace. */
import { Fault, typeFault, valueFault } from '../fault.ts';
import { listItems } from '../python/iterate.ts';
import { PyObject, type PyValue } from '../python/value.ts';
import type { Target } from './ast.ts';
import { type Frame, resolveName } from './frame.ts';

/** Assigns a value in the frame's scope. @throws Fault when it can't be taken apart */
export function assign(target: Target, value: PyValue, frame: Frame): void {
  if (target.kind === 'name') frame.locals.set(target.name, value);
  else if (target.kind === 'member') setMember(target, value, frame);
  else unpack(target.items, listItems(value), frame);
}

function unpack(targets: readonly Target[], items: readonly PyValue[], frame: Frame): void {
  if (items.length !== targets.length) {
    const many = items.length > targets.length ? 'too many values' : 'not enough values';
    throw valueFault(`${many} to unpack (expected ${targets.length})`);
  }
  for (const [index, target] of targets.entries()) assign(target, items[index] as PyValue, frame);
}

function setMember(target: Extract<Target, { kind: 'member' }>, value: PyValue, frame: Frame): void {
  const object = resolveName(frame, target.object, target.at);
  if (!(object instanceof PyObject) || !object.can.setAttribute) {
    throw new Fault('type', 'cannot assign attribute on non-namespace object');
  }
  if (target.name.startsWith('_')) throw typeFault(`cannot assign '${target.name}'`);
  object.can.setAttribute(target.name, value);
}
