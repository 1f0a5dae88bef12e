/** The plays of a project for those who only read: those that are named, and all others as what they must agree with. */
import type { Play } from '../../project/playbook/types.ts';
import { loadProject, type Project } from '../../project/project.ts';
import { playHosts } from '../../project/scope.ts';
import { projectOptions, type StackOptions } from './options.ts';
import { builtInStacks, findPlaybook } from './stack.ts';

/** Which plays a check looks at, and whose hosts it is about. */
export type CheckedPlays = { readonly plays: readonly Play[]; readonly hosts: readonly string[] };

/**
 * The plays of these stacks; with none named, of all playbooks, or of the built-in stacks where there is no playbook.
 * Both sides of a queue must be seen to compare them, so the plays of the other playbooks come along.
 * @throws GatError or Problems for playbooks that are named and wrong
 */
export function checkedPlays(project: Project, names: readonly string[]): CheckedPlays {
  const own = project.playbookNames();
  const all = own.length > 0 ? own : [...builtInStacks().keys()];
  const wanted = (names.length > 0 ? names : all).flatMap((name) => findPlaybook(project, name).plays);
  const known = new Set(wanted.map(keyOf));
  const others = all
    .flatMap((name) => findPlaybook(project, name).plays)
    .filter((play) => !known.has(keyOf(play)));
  const hosts = new Set(wanted.flatMap((play) => playHosts(project, play)));
  return { plays: [...wanted, ...others], hosts: [...hosts] };
}

function keyOf({ file, position }: Play): string {
  return `${file}:${position.line}`;
}

/** The same project without `--limit`: what a host must agree with may stand beyond it. */
export async function wholeProject(project: Project, options: StackOptions): Promise<Project> {
  if (!options.limit) return project;
  const { limit: _limit, ...others } = projectOptions(options);
  return loadProject(options.directory, { ...others, vault: project.vault });
}
