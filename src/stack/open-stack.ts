/** Opens a stack with its roles looked at, for whoever does not connect meanwhile. */
import { throwProblems } from '../base/errors.ts';
import type { StackOptions } from './options.ts';
import { findStack, type Stack } from './stack.ts';

/** Loads the project and finds the plays of these stacks. @throws GatError or Problems: all mistakes at once */
export async function openStack(names: readonly string[], options: StackOptions): Promise<Stack> {
  const { stack, problems } = await findStack(names, options);
  const { roleProblems } = await import('./bind.ts');
  throwProblems([...problems, ...roleProblems(stack)]);
  return stack;
}
