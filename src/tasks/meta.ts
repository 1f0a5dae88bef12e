/** `meta`: what it may ask for, and what follows when a host's play may have ended by the result of a task. */
import type { GatError } from '../base/errors.ts';
import type { Node } from '../base/node.ts';
import type { Position } from '../base/position.ts';
import type { ModuleTask, Task } from '../project/playbook/types.ts';
import type { Frame } from './context.ts';
import { unsupported } from './errors.ts';
import { isOn } from './frame.ts';
import type { Asking, Cell, Memory } from './memory.ts';

/** Nothing is kept between the tasks that these would clear. */
export const WITHOUT_EFFECT: readonly string[] = [
  'noop',
  'clear_facts',
  'clear_host_errors',
  'refresh_inventory',
  'reset_connection',
];

/** The host does no more of the play. */
export const ENDINGS: readonly string[] = ['end_play', 'end_host', 'end_batch'];

/** What is learnt where a play may end by a result: whether it has ended. */
export const ENDED = 'gatdeploy_play_ended';

/** What a `meta` task asks for. */
export function metaOf({ freeForm }: Pick<ModuleTask, 'freeForm'>): string {
  return freeForm?.kind === 'scalar' ? String(freeForm.value) : '';
}

/** Whether a task may end the play. */
export function mayEnd(task: Task): boolean {
  if (task.kind === 'block') return [...task.block, ...task.rescue, ...task.always].some(mayEnd);
  return task.kind === 'module' && /(?:^|\.)meta$/.test(task.module) && ENDINGS.includes(metaOf(task));
}

const NOT_ENDED: Node = {
  kind: 'scalar',
  value: `not (${ENDED} | default(false))`,
  position: { file: 'meta: end_host', line: 1, column: 0 },
  template: true,
};

/** Where the play may have ended, whatever follows waits for whether it has. */
export function guarded(frame: Frame, memory: Memory): Frame {
  return !memory.has(ENDED) || frame.when.includes(NOT_ENDED)
    ? frame
    : { ...frame, when: [NOT_ENDED, ...frame.when] };
}

/** Under a condition that only a result decides, the end of a role would concern tasks that are declared already. */
export function endsLate(task: ModuleTask, waits: readonly Cell[]): GatError {
  return unsupported(
    task.position,
    `meta: ${metaOf(task)} under this condition`,
    `whether it is true is known only once ${waits.map((cell) => cell.by).join(' and ')} has run`,
    'put the tasks that follow into a block with the opposite condition',
  );
}

/** A native role is declared before anything is done. */
export function roleWaits(position: Position, waits: readonly Cell[]): GatError {
  return unsupported(
    position,
    'a native role under this condition',
    `whether it is true is known only once ${waits.map((cell) => cell.by).join(' and ')} has run`,
    'take the result out of the condition, or put the role into a play of its own',
  );
}

/** A native role is always brought about. */
export function refuseLookingRole(frame: Frame, { templar }: Asking, position: Position): void {
  if (isOn(frame.keywords, 'check_mode', templar))
    throw unsupported(
      position,
      'a native role with `check_mode: true`',
      'it is declared as a whole',
      'look at it with `gatdeploy plan`',
    );
}
