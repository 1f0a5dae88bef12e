/** A file of variables as named variables with places. */
import type { Node } from '../../base/node.ts';
import type { Variable, Variables } from '../inventory/model.ts';
import { keyText } from '../json-text.ts';
import { vaultFormat } from '../vault/errors.ts';
import { notADict } from './errors.ts';
import { byLevel, type Layer } from './levels.ts';

/** No variables. */
export const NO_VARIABLES: Variables = new Map();

/** The variables of a parsed file; an empty file has none. @throws GatError vars/not-a-dict */
export function variablesOf(node: Node): Variables {
  if (isEmpty(node)) return NO_VARIABLES;
  if (node.kind === 'scalar' && String(node.value).startsWith('$ANSIBLE_VAULT'))
    throw vaultFormat(
      node.position,
      'something stands before $ANSIBLE_VAULT, which must be the first word of the file',
    );
  if (node.kind !== 'dict') throw notADict(node.position, node.kind === 'list' ? 'a list' : 'a single value');
  const variables = new Map<string, Variable>();
  for (const [key, value] of node.entries)
    variables.set(keyText(key), { node: value, position: node.keyPositions?.get(key) ?? value.position });
  return variables;
}

/** Variables of several sources, the later ones winning; with `merge`, dicts merge. */
export function combineVariables(sources: readonly Variables[], merge: boolean): Variables {
  if (sources.length < 2) return sources[0] ?? NO_VARIABLES;
  const combined = new Map<string, Variable>();
  for (const source of sources)
    for (const [name, variable] of source) {
      const lower = merge ? combined.get(name) : undefined;
      combined.set(name, lower ? { ...variable, node: mergeNodes(lower.node, variable.node) } : variable);
    }
  return combined;
}

/** Variables of layers, the later ones winning; with `merge`, dicts merge level by level. */
export function combineLayers(layers: readonly Layer[], merge: boolean): Variables {
  const chunks = byLevel(layers).map((chunk) =>
    combineVariables(
      chunk.map((layer) => layer.variables),
      merge,
    ),
  );
  return combineVariables(chunks, merge);
}

/** `hash_behaviour = merge`: dicts merge key by key, anything else replaces. */
export function mergeNodes(lower: Node, higher: Node): Node {
  if (lower.kind !== 'dict' || higher.kind !== 'dict') return higher;
  const entries = new Map(lower.entries);
  for (const [key, node] of higher.entries) {
    const below = entries.get(key);
    entries.set(key, below ? mergeNodes(below, node) : node);
  }
  const keyPositions = new Map([...(lower.keyPositions ?? []), ...(higher.keyPositions ?? [])]);
  return { kind: 'dict', entries, position: higher.position, keyPositions };
}

function isEmpty(node: Node): boolean {
  if (node.kind === 'list') return node.items.length === 0;
  return (
    node.kind === 'scalar' &&
    (node.value === null || node.value === '' || node.value === false || node.value === 0)
  );
}
