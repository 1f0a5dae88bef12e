/** Values that are nothing but another variable: `{{ shared_users }}`, `{{ site.users[0] }}`. */
import type { Node } from '../../base/node.ts';

const STEP = String.raw`\.\w+|\[\d+\]|\['\w+'\]|\["\w+"\]`;
const REFERENCE = new RegExp(String.raw`^\s*\{\{-?\s*([A-Za-z_]\w*)((?:${STEP})*)\s*-?\}\}\s*$`);

/** The variable and the steps below it that a leaf names; undefined where it says anything else. */
export function referencePath(leaf: Node): readonly [string, ...(string | number)[]] | undefined {
  if (leaf.kind !== 'scalar' || !leaf.template || typeof leaf.value !== 'string') return undefined;
  return parseReference(leaf.value);
}

/** The same of a text. */
export function parseReference(text: string): readonly [string, ...(string | number)[]] | undefined {
  const [, root, rest = ''] = REFERENCE.exec(text) ?? [];
  if (root === undefined) return undefined;
  const steps = rest.match(new RegExp(STEP, 'g')) ?? [];
  return [root, ...steps.map(stepOf)];
}

function stepOf(step: string): string | number {
  const name = step.replace(/^\.|[[\]'"]/g, '');
  return step.startsWith('[') && /^\d+$/.test(name) ? Number(name) : name;
}
