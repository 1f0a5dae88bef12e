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
  else if (isSyntax(part) && part.kind !== 'const') {
    const { kind, name, at } = part;
    if (!soft && (kind === 'filter' || kind === 'test'))
      found.push({ plugin: kind, name: String(name), at: Number(at) });
    for (const child of Object.values(part)) visit(child, isSoftInside(part, soft), found);
  }
}

type Syntax = { readonly kind?: unknown; readonly name?: unknown; readonly at?: unknown };

const isSyntax = (part: unknown): part is Syntax => typeof part === 'object' && part !== null;

/** Whether what is inside may be skipped; a loop or macro inside an `if` counts as certain again. */
function isSoftInside(part: Syntax, soft: boolean): boolean {
  if (part.kind === 'choose' || part.kind === 'if') return true;
  return HARD.has(String(part.kind)) && 'body' in part ? false : soft;
}
