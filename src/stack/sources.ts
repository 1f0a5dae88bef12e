/** Which of a role's variables a resource comes from: those of the project whose values appear in its name or its props. */
import type { Position } from '../base/position.ts';
import { reveal, Secret } from '../base/secret.ts';
import { Float, isDict, isList, type Value } from '../base/value.ts';
import type { Resource } from '../resources/index.ts';

/** A variable that the project defines, with its finished value. */
export type DefinedVariable = { readonly name: string; readonly position: Position; readonly value: Value };

/** Shorter values (a port, a `yes`) appear everywhere and tell nothing. */
const SHORTEST = 4;

/** Finds the variables of a resource, in the order of the role's variables. */
export function variablesOf(resource: Resource, variables: readonly DefinedVariable[]) {
  const written = collectTexts(resource.props).concat(resource.name).join('\n');
  return variables
    .filter(({ value }) => leavesOf(value).some((leaf) => leaf.length >= SHORTEST && written.includes(leaf)))
    .map(({ name, position }) => ({ name, position }));
}

function leavesOf(value: Value): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Secret) return [reveal(value)];
  if (value instanceof Float || value === null || typeof value !== 'object') return [];
  if (isList(value)) return value.flatMap(leavesOf);
  return isDict(value) ? [...value.values()].flatMap(leavesOf) : [];
}

/** The texts of props, those of other resources left out. */
function collectTexts(props: unknown, depth = 0): string[] {
  if (typeof props === 'string') return [props];
  if (props instanceof Secret) return [reveal(props)];
  if (props === null || typeof props !== 'object' || depth > 4 || 'kind' in props) return [];
  return Object.values(props).flatMap((one) => collectTexts(one, depth + 1));
}
