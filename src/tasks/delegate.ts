/** On which host a task runs, and whether it is this host's to run. */
import type { Templar } from '../render/templar.ts';
import type { Frame, TaskContext } from './context.ts';
import { badKeyword } from './errors.ts';
import { isOn, keywordValue } from './frame.ts';

/** run_once: only the first host of the play runs the task. */
export function isRunHere(frame: Frame, context: TaskContext, templar: Templar): boolean {
  return context.isFirst || !isOn(frame.keywords, 'run_once', templar);
}

/** The host that a task is delegated to, else its own. @throws GatError for one that the inventory doesn't know */
export function delegateOf(frame: Frame, context: TaskContext, templar: Templar): string {
  const value = keywordValue(frame.keywords, 'delegate_to', templar);
  if (value === undefined || value === null || value === '' || value === context.host) return context.host;
  const name = String(value);
  const node = frame.keywords.get('delegate_to');
  if (!context.isHost(name) && node)
    throw badKeyword(node.position, 'delegate_to', `the inventory has no host ${name}`);
  return name;
}
