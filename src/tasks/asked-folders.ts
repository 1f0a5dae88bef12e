/** At its turn a task asks the host itself which of the paths that it names are folders: its files go into them. */
import { sh } from '../base/shell.ts';
import type { ModuleTask } from '../project/playbook/types.ts';
import type { LateContext } from '../resources/index.ts';
import type { Place, TaskContext } from './context.ts';
import { type Worked, workOut } from './module-task.ts';

/** Works a task out, and once more when what it took for a file's name turns out to be a folder. @throws GatError */
export async function workOutAtTurn(
  task: ModuleTask,
  place: Place,
  context: TaskContext,
  late: LateContext,
): Promise<Worked> {
  const worked = workOut(task, place, context);
  const asked = askedBy(worked);
  if (asked.length === 0) return worked;
  const answer = await late.run(
    sh`for gd_path in ${asked}; do test ! -d "$gd_path" || printf '%s\n' "$gd_path"; done`,
  );
  const folders = answer.stdout.split('\n').filter(Boolean);
  if (folders.length === 0) return worked;
  const facts = { ...context.facts, folders: [...(context.facts.folders ?? []), ...folders] };
  return workOut(task, place, { ...context, facts });
}

function askedBy(worked: Worked): readonly string[] {
  if ('waits' in worked) return [];
  const resources = worked.passes.flatMap(({ action }) =>
    action !== 'skip' && action.type === 'resources' ? action.resources : [],
  );
  return [...new Set(resources.flatMap(({ name, props }) => (props.askedFor === name ? [name] : [])))];
}
