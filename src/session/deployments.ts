/** Which deployment declares what: a deployment is a stack of a project, and remembers on each host what it has made. */
import path from 'node:path';
import { deploymentId, type MadeNotes } from '../apply/made.ts';
import { isRemovable, type Leftover, leftoverId, leftoverOf } from '../resources/leftover.ts';
import type { DeclaredBy } from '../stack/declare-all.ts';

export type Deployments = Required<Pick<MadeNotes, 'lines' | 'declared'>> & {
  /** What is declared to be gone, as `host/kind[name]`. */
  readonly gone: ReadonlySet<string>;
};

/** Finds out for all that is declared to which deployment it belongs. */
export function deploymentsOf(root: string, stacks: readonly string[], parts: readonly DeclaredBy[]): Deployments {
  const lines = new Map<string, { deployment: string; line: string }>();
  const declared = new Map<string, Map<string, string[]>>();
  const idOf = (stack: string): string => deploymentId(path.basename(root), path.basename(stack));
  for (const { host, stack, resources } of parts) {
    const deployment = idOf(stack);
    const ofHost = declared.get(host) ?? new Map(stacks.map((one): [string, string[]] => [idOf(one), []]));
    declared.set(host, ofHost);
    for (const resource of resources) {
      const leftover = leftoverOf(resource);
      if (!leftover || resource.props.absent) continue;
      const line = lineOf(leftover);
      ofHost.get(deployment)?.push(line);
      const key = `${host}/${leftoverId(leftover)}`;
      if (!lines.has(key)) lines.set(key, { deployment, line });
    }
  }
  return { lines, declared, gone: goneIn(parts) };
}

function goneIn(parts: readonly DeclaredBy[]): ReadonlySet<string> {
  const keys = parts.flatMap(({ host, resources }) =>
    resources.flatMap((resource) => {
      const leftover = resource.props.absent ? leftoverOf(resource) : undefined;
      return leftover ? [`${host}/${leftoverId(leftover)}`] : [];
    }),
  );
  return new Set(keys);
}

/** The line by which a host remembers a thing. */
export function lineOf({ kind, name, more }: Leftover): string {
  return JSON.stringify([kind, name, ...(Object.keys(more).length > 0 ? [more] : [])]);
}

/** Reads such lines; what a crash cut off and what another version wrote are left out. */
export function parseLines(text: string): readonly Leftover[] {
  return text.split('\n').flatMap((line): Leftover[] => {
    const found = parseLine(line);
    return found && isRemovable(found) ? [found] : [];
  });
}

function parseLine(line: string): Leftover | undefined {
  try {
    const [kind, name, more = {}] = JSON.parse(line) as readonly unknown[];
    if (typeof kind !== 'string' || typeof name !== 'string' || typeof more !== 'object' || !more)
      return undefined;
    return { kind, name, more: Object.fromEntries(Object.entries(more).map(([key, one]) => [key, String(one)])) };
  } catch {
    return undefined;
  }
}
