/** Tells what a project's files made doubtful, each thing once in a run. */
import type { Emit } from '../base/events.ts';
import { renderPosition } from '../base/position.ts';
import type { Project } from '../project/project.ts';

type Output = { readonly reporter: { readonly emit: Emit }; readonly clock: () => number };

const told = new WeakMap<Project, Set<string>>();

/** Tells the warnings that came up since it was last called. */
export function tellWarnings(project: Project, { reporter, clock }: Output): void {
  const before = told.get(project) ?? new Set();
  told.set(project, before);
  for (const { position, text } of project.warnings()) {
    const line = `${renderPosition(position)}: ${text}`;
    if (before.has(line)) continue;
    before.add(line);
    reporter.emit({ type: 'warning', at: clock(), text: line, place: position });
  }
}
