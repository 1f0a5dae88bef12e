/** Nodes and edges: what the graph is made of. */
import type { Resource } from '../resources/kind.ts';

/** One resource on one host. */
export type GraphNode = {
  /** `host/kind[name]` */
  readonly key: string;
  readonly host: string;
  readonly resource: Resource;
};

/** `to` comes after `from`, and why. */
export type Edge = { readonly from: string; readonly to: string; readonly reason: string };
