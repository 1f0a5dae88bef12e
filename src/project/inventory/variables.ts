/** Sets variables of hosts and groups while sources are read. */
import { Float } from '../../base/value.ts';
import { mergeNodes } from '../vars/variables.ts';
import { type Group, type InventoryData, InventoryFault, type Variable } from './model.ts';

/** Sets a variable of a host; Ansible gives it to the group when a group has the same name. */
export function setVariable(data: InventoryData, owner: string, name: string, variable: Variable): void {
  const group = data.groups.get(owner);
  const host = data.hosts.get(owner);
  if (group) setGroupVariable(data, group, name, variable);
  else if (host) assign(data, host.vars, name, variable);
}

/** Sets a variable of a group; `ansible_group_priority` is no variable but orders the groups of one depth. */
export function setGroupVariable(data: InventoryData, group: Group, name: string, variable: Variable): void {
  if (name === 'ansible_group_priority') group.priority = priorityOf(variable);
  else assign(data, group.vars, name, variable);
}

function assign(data: InventoryData, vars: Map<string, Variable>, name: string, variable: Variable): void {
  const before = data.merge ? vars.get(name) : undefined;
  vars.set(name, before ? { ...variable, node: mergeNodes(before.node, variable.node) } : variable);
}

function priorityOf(variable: Variable): number {
  const { node } = variable;
  const value = node.kind === 'scalar' ? node.value : undefined;
  const number = value instanceof Float ? value.value : Number(String(value));
  if (!Number.isFinite(number)) throw new InventoryFault('ansible_group_priority must be a whole number');
  return Math.trunc(number);
}
