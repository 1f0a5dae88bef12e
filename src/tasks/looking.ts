/** Tasks that only look, and guards: while a plan is made they may be asked already, so that the plan knows what follows. */
import { createHash } from 'node:crypto';
import { reveal } from '../base/secret.ts';
import type { Script } from '../base/shell.ts';
import type { ModuleTask } from '../project/playbook/types.ts';
import type { Result } from './action.ts';
import type { Place, TaskContext } from './context.ts';
import { frameOf } from './frame.ts';
import { judge } from './judge.ts';
import type { Reading } from './late.ts';
import { learn } from './learnt.ts';
import type { Memory } from './memory.ts';
import type { PassAction } from './module-task.ts';
import { doneResult, type PassResult, skipped } from './results.ts';

/** Either what the task learnt, or the questions that are still to be asked. */
export type Looked = { readonly memory: Memory } | { readonly readings: readonly Reading[] };

/** Looks whether a plan's own questions answer all that the task asks. */
export function lookAhead(
  task: ModuleTask,
  place: Place,
  passes: readonly PassAction[],
  { context, host }: { readonly context: TaskContext; readonly host: string },
): Looked {
  const asked = passes.map((pass) => ({ pass, question: questionOf(pass) }));
  const questions = asked.flatMap(({ question }) =>
    question ? [{ key: keyOf(question, host), script: question }] : [],
  );
  const open = questions.filter(({ key }) => !context.readings.has(key));
  if (open.length > 0) return { readings: open };
  const results: PassResult[] = [];
  for (const { pass } of asked) {
    const result = resultOf(pass, context, host);
    const judged =
      result &&
      judge({
        task,
        place: { ...place, frame: frameOf(place.frame, task) },
        pass: pass.pass,
        result,
        title: '',
        attempt: 1,
        context,
      });
    if (!judged || judged.failure || judged.again || judged.result.get('changed') === true)
      return { readings: [] };
    results.push({ pass: pass.pass, result: judged.result });
  }
  return { memory: learn(task, results, place.memory, context) };
}

/** What tells a pass's result without changing anything. */
function questionOf({ action }: PassAction): Script | undefined {
  if (action === 'skip' || action.type !== 'script') return undefined;
  return action.isReading ? action.script : action.done;
}

function resultOf(pass: PassAction, { readings }: TaskContext, host: string): Result | undefined {
  const { action } = pass;
  if (action === 'skip') return skipped(pass.condition);
  if (action.type === 'value') return action.failure === undefined ? action.result : undefined;
  const question = questionOf(pass);
  const output = question && readings.get(keyOf(question, host));
  if (!output || action.type !== 'script') return undefined;
  if (action.isReading) return action.result(output);
  return output.code === 0 ? doneResult(action.already) : undefined;
}

/** The same question has the same answer while nothing changes. */
function keyOf({ text }: Script, host: string): string {
  return `${host} ${createHash('sha256').update(reveal(text)).digest('hex')}`;
}
