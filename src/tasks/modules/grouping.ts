/** group_by, add_host: hosts that the plays which follow find in more groups. */
import { nodeOf } from '../../base/node.ts';
import type { Value } from '../../base/value.ts';
import type { Variable } from '../../project/inventory/model.ts';
import { type Action, defineModule } from '../action.ts';
import { unsupported } from '../errors.ts';

/** `group_by` */
export const groupByModule = defineModule({
  name: 'ansible.builtin.group_by',
  params: { key: { type: 'str', required: true }, parents: { type: 'list' } },
  run({ key = '', parents = ['all'] }, { host }): Action {
    const group = groupName(key);
    const above = parents.map(groupName);
    return {
      type: 'value',
      result: new Map<string, Value>([
        ['changed', true],
        ['add_group', group],
        ['parent_groups', above],
      ]),
      joins: [{ host, group, parents: above.filter((one) => one !== 'all'), vars: new Map() }],
    };
  },
});

function groupName(text: string): string {
  return text.replaceAll(' ', '-');
}

/** `add_host`: a host of the inventory gets groups and variables; whoever is not in it is not connected to. */
export const addHostModule = defineModule({
  name: 'ansible.builtin.add_host',
  params: {
    name: { type: 'str', aliases: ['host', 'hostname'], required: true },
    groups: { type: 'list', aliases: ['group', 'groupname'] },
  },
  open: true,
  run({ name = '', groups = [] }, { isHost, position, templar }, others): Action {
    if (!isHost(name))
      throw unsupported(
        position,
        `add_host of ${name}, which the inventory doesn't have`,
        'hosts are connected to before the first task',
        'put the host into the inventory; add_host may then give it groups and variables',
      );
    const vars = new Map(
      [...others].flatMap(([key, node]): [string, Variable][] => {
        const value = templar.evaluate(node);
        return value === undefined
          ? []
          : [[key, { node: nodeOf(value, node.position, false), position: node.position }]];
      }),
    );
    const wanted = groups.length > 0 ? groups : ['all'];
    return {
      type: 'value',
      result: new Map([['changed', true]]),
      joins: wanted.map((group) => ({ host: name, group, parents: [], vars })),
    };
  },
});
