/** What stands in a task, as far as it is written plainly: the tasks of a block, of a file, of a role. */
import type { IncludeTask, Task } from '../project/playbook/types.ts';
import type { Compiler } from './compiler.ts';
import type { Frame } from './context.ts';
import { frameOf } from './frame.ts';
import { type Handler, openRole } from './roles.ts';

/** Tasks with what stands around them. */
export type Inside = {
  readonly tasks: readonly { readonly task: Task; readonly frame: Frame }[];
  readonly handlers: readonly Handler[];
};

const NOTHING: Inside = { tasks: [], handlers: [] };

/** The tasks directly in a task; nothing where a name is a template, or a file includes itself. */
export function tasksInside(task: Task, outer: Frame, compiler: Compiler): Inside {
  const frame = frameOf(outer, task);
  if (task.kind === 'module') return NOTHING;
  if (task.kind === 'include') return insideInclude(task, frame, compiler);
  return { tasks: withFrame([...task.block, ...task.rescue, ...task.always], frame), handlers: [] };
}

function insideInclude(task: IncludeTask, frame: Frame, compiler: Compiler): Inside {
  const name = task.target.kind === 'scalar' ? String(task.target.value ?? '') : '';
  if (name === '' || /\{[{%]/.test(name) || frame.includes.includes(name)) return NOTHING;
  const inner = { ...frame, includes: [...frame.includes, name] };
  if (task.includes === 'tasks') {
    const found = frame.files.tasks(name);
    return found ? { tasks: withFrame(found.tasks, { ...inner, files: found.files }), handlers: [] } : NOTHING;
  }
  const found = compiler.context.role(name);
  if (found?.kind !== 'folder') return NOTHING;
  const nothing = new Map<never, never>();
  const { position } = task.target;
  const entry = { role: name, position, vars: nothing, params: nothing, when: [], keywords: nothing };
  const from = task.args.get('tasks_from');
  const tasks = from?.kind === 'scalar' ? String(from.value).replace(/\.ya?ml$/, '') : undefined;
  const opened = openRole(found.role, { entry, parts: { tasks } }, inner, compiler.context);
  return {
    tasks: opened.parts.flatMap((part) => (part.kind === 'tasks' ? withFrame(part.tasks, part.frame) : [])),
    handlers: opened.handlers,
  };
}

function withFrame(tasks: readonly Task[], frame: Frame) {
  return tasks.map((task) => ({ task, frame }));
}
