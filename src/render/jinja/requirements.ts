/** Which filters and tests a template cannot do without: all but those inside an `if`, which may be there for another version. */
import type { Requirement } from './ast.ts';

const HARD = new Set(['for', 'with', 'macro', 'call', 'filter-block', 'set-block', 'block']);

/** Collects the filters and tests of a syntax tree that stand where they are not known to be skipped. */
export function requirementsOf(tree: unknown): Requirement[] {
  const found: Requirement[] = [];
  visit(tree, false, found);
  return found;
}

function visit(part: unknown, soft: boolean, found: Requirement[]): void {
  if (Array.isArray(part)) for (const item of part) visit(item, soft, found);
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return;
  const { kind, name, at } = part as { kind?: unknown; name?: unknown; at?: unknown };
  if (kind === 'const') return;
  if ((kind === 'filter' || kind === 'test') && !soft)
    found.push({ plugin: kind, name: String(name), at: Number(at) });
  const inside =
    kind === 'choose' || kind === 'if' ? true : HARD.has(String(kind)) && 'body' in part ? false : soft;
  for (const child of Object.values(part)) if (typeof child === 'object') visit(child, inside, found);
}
