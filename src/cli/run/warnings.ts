/** Prints what a project's files made doubtful. */
import { renderPosition } from '../../base/position.ts';
import type { Project } from '../../project/project.ts';

/** Prints the warnings of a project to standard error, each with its place. */
export function printWarnings(project: Project): void {
  const lines = project.warnings().map(({ position, text }) => `warning: ${renderPosition(position)}: ${text}\n`);
  process.stderr.write(lines.join(''));
}
