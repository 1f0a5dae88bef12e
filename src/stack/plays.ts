/** The plays of a project for those who only read: those that are named, and all others as what they must agree with. */
import { orError } from '../project/loader.ts';
import type { Play } from '../project/playbook/types.ts';
import type { Project } from '../project/project.ts';
import { playHosts } from '../project/scope.ts';
import { builtInStacks, findPlaybook } from './find-playbook.ts';

/** Which plays a check looks at, and whose hosts it is about. */
export type CheckedPlays = {
  readonly plays: readonly Play[];
  /** Those of the project's other playbooks. */
  readonly others: readonly Play[];
  readonly hosts: readonly string[];
};

/**
 * The plays of these stacks; with none named, of all playbooks, or of the built-in stacks where there is no playbook.
 * Both sides of a queue must be seen to compare them, so the plays of the other playbooks come along.
 * @throws GatError or Problems for playbooks that are named and wrong
 */
export function checkedPlays(project: Project, names: readonly string[]): CheckedPlays {
  const own = project.playbookNames();
  const all = own.length > 0 ? own : [...builtInStacks().keys()];
  const playsOf = (name: string) => findPlaybook(project, name).plays;
  const plays = once((names.length > 0 ? names : all).flatMap(playsOf));
  const known = new Set(plays.map(keyOf));
  // A mistake in a playbook that nobody asked for is none of these plays'.
  const others = once(all.flatMap((name) => readable(() => playsOf(name)))).filter(
    (play) => !known.has(keyOf(play)),
  );
  return { plays, others, hosts: [...new Set(plays.flatMap((play) => playHosts(project, play)))] };
}

function readable(read: () => readonly Play[]): readonly Play[] {
  const result = orError(read);
  return 'value' in result ? result.value : [];
}

/** A play that several playbooks import counts once. */
function once(plays: readonly Play[]): readonly Play[] {
  return [...new Map(plays.map((play) => [keyOf(play), play])).values()];
}

function keyOf({ file, position }: Play): string {
  return `${file}:${position.line}`;
}

/** The same project without `--limit`: what a host must agree with may stand beyond it. */
export function wholeProject(project: Project): Project {
  return { ...project, inventory: project.inventory.unlimited() };
}
