/** On which host a task runs. */
import type { Templar } from '../render/templar.ts';
import type { Frame, TaskContext } from './context.ts';
import { badKeyword } from './errors.ts';
import { keywordValue } from './frame.ts';

/** The host that a task is delegated to, else its own. @throws GatError for one that the inventory doesn't know */
export function delegateOf(frame: Frame, context: TaskContext, templar: Templar): string {
  const value = keywordValue(frame.keywords, 'delegate_to', templar);
  if (value === undefined || value === null || value === '')
    return keywordValue(frame.keywords, 'connection', templar) === 'local'
      ? localOf(context, templar)
      : context.host;
  if (value === context.host) return context.host;
  const name = String(value);
  const node = frame.keywords.get('delegate_to');
  if (!context.isHost(name) && node)
    throw badKeyword(node.position, 'delegate_to', `the inventory has no host ${name}`);
  return name;
}

/** Names of this machine. */
export const LOCAL_NAMES = new Set(['localhost', '127.0.0.1', '::1']);

/** `connection: local` of a host that is elsewhere means this machine. */
function localOf({ host, scope }: TaskContext, templar: Templar): string {
  const isLocal =
    scope.lookup('ansible_connection') !== undefined && templar.variable('ansible_connection') === 'local';
  return isLocal || LOCAL_NAMES.has(host) ? host : 'localhost';
}
