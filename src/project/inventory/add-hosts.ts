/** Adds the hosts that one line or key of an inventory names, with their variables. */
import type { Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import { Unhashable } from '../python-literal.ts';
import { UnclosedQuote } from '../shell-words.ts';
import { addHost, type Group, type InventoryData, InventoryFault } from './model.ts';
import { setVariable } from './variables.ts';

/** Hosts that share variables and a port; `variables` are names with values. */
export type NamedHosts = {
  readonly hosts: readonly string[];
  readonly port?: number;
  readonly variables: Iterable<readonly [string, Node]>;
  readonly position: Position;
  readonly source: string | undefined;
};

/** Adds hosts to a group. The port counts where a host is named first. */
export function addHosts(data: InventoryData, group: Group, named: NamedHosts): void {
  const { port, position } = named;
  const variables = [...named.variables];
  for (const name of named.hosts) {
    const isNew = !data.hosts.has(name);
    const host = addHost(data, name, group, named.source, position);
    if (isNew && port !== undefined && port !== 0) {
      const node: Node = { kind: 'scalar', value: port, position, template: false };
      host.vars.set('ansible_port', { node, position });
    }
    for (const [key, node] of variables) setVariable(data, name, key, { node, position: node.position });
  }
}

/** Whether an error is about the text of an inventory, not a bug. */
export function isInventoryFault(error: unknown): error is Error {
  return error instanceof InventoryFault || error instanceof UnclosedQuote || error instanceof Unhashable;
}
