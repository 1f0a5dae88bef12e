/** A value as it was written in a file: a tree whose every part knows its place and whether it may be a template. */
import type { Position } from './position.ts';
import type { Scalar } from './value.ts';

/** One part of a file's value tree. */
export type Node = ScalarNode | ListNode | DictNode;

export type ScalarNode = {
  readonly kind: 'scalar';
  readonly value: Scalar;
  readonly position: Position;
  /** Written by the admin, so `{{ … }}` in it is evaluated; false for vault values, facts, `!unsafe`, host output. */
  readonly template: boolean;
  /** An encrypted value: reading `value` decrypts it, and throws a GatError when no password fits. */
  readonly sealed?: true;
};

export type ListNode = { readonly kind: 'list'; readonly items: readonly Node[]; readonly position: Position };

export type DictNode = {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<Scalar, Node>;
  readonly position: Position;
  /** Where each key was written, for errors about unknown keys; absent for dicts that come from no file. */
  readonly keyPositions?: ReadonlyMap<Scalar, Position>;
};

/** Makes a tree of plain data, such as a role's defaults; its texts are templates unless `template` is false. */
export function nodeOf(data: unknown, position: Position, template = true): Node {
  if (Array.isArray(data))
    return { kind: 'list', items: data.map((item) => nodeOf(item, position, template)), position };
  if (data instanceof Map || isPlainObject(data)) {
    const entries = data instanceof Map ? [...data] : Object.entries(data);
    return {
      kind: 'dict',
      entries: new Map(entries.map(([key, item]): [Scalar, Node] => [key, nodeOf(item, position, template)])),
      position,
    };
  }
  return { kind: 'scalar', value: (data ?? null) as Scalar, position, template };
}

function isPlainObject(data: unknown): data is Record<string, unknown> {
  if (data === null || typeof data !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(data);
  return prototype === Object.prototype || prototype === null;
}

/** Whether two trees say the same, wherever they were written. */
export function sameNode(a: Node, b: Node): boolean {
  if (a.kind === 'scalar') return b.kind === 'scalar' && a.value === b.value && a.template === b.template;
  if (a.kind === 'list')
    return (
      b.kind === 'list' &&
      a.items.length === b.items.length &&
      a.items.every((item, at) => isSame(item, b.items[at]))
    );
  if (b.kind !== 'dict' || a.entries.size !== b.entries.size) return false;
  return [...a.entries].every(([key, item]) => isSame(item, b.entries.get(key)));
}

const isSame = (a: Node, b: Node | undefined): boolean => b !== undefined && sameNode(a, b);

/** Where variables come from when a template asks for one by name. */
export interface Scope {
  /** The winning definition of a variable, not yet evaluated; undefined when nobody defines it. */
  lookup(name: string): Node | undefined;
  /** All names that `lookup` knows, for did-you-mean and `vars`. */
  names(): Iterable<string>;
  /** The scopes of all hosts, which make `hostvars`; absent where there is no inventory. */
  readonly hosts?: HostScopes;
  /** Hears of each name that `hostvars` is asked for, whether it is there or not. */
  readonly onAsk?: (name: string) => void;
}

/** What `hostvars` gives: each host's variables, evaluated in that host's own scope. */
export interface HostScopes {
  /** Inventory names, in order. */
  names(): Iterable<string>;
  /** The scope of one host; undefined when there is no such host. */
  scopeOf(host: string): Scope | undefined;
}
