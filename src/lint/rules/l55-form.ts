/** L55: variables have the form that their role expects. */
import type { Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import { type Plain, toPlain } from '../../base/value.ts';
import { misfitsOf } from '../../roles/form.ts';
import type { RoleVar } from '../../roles/role.ts';
import type { HostView } from '../facts/host-view.ts';
import { isFullyKnown, part, toValue } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const form: Rule = {
  id: 'L55',
  severity: 'E',
  title: 'Each variable of a role has the form that the role expects',
  why: 'The role cannot use it, and the run would stop there.',
  fix: '`gatdeploy roles NAME` tells the form of each variable.',
  check: ({ views }) =>
    views.flatMap((view) =>
      view.roles.flatMap((role) =>
        Object.entries(role.vars).flatMap(([name, variable]) =>
          checkVariable(view, role.name, { name, variable }),
        ),
      ),
    ),
};

/** Where the first part stands that does not fit; undefined for the variable itself. */
function placeOfIssue(node: Node, path: readonly PropertyKey[]): Position | undefined {
  if (path.length === 0) return undefined;
  const found = path.map((_step, index) => part(node, ...(path.slice(0, index + 1) as (string | number)[])));
  return found.findLast((one) => one !== undefined)?.position;
}

type Named = { readonly name: string; readonly variable: RoleVar<unknown> };

function checkVariable(view: HostView, role: string, { name, variable }: Named): readonly Found[] {
  const at = view.defined(name);
  const node = at && view.node(name);
  if (!at || !node || !isFullyKnown(node)) return [];
  const value = toValue(node);
  const given: unknown = variable.raw ? value : (toPlain(value) as Plain);
  const misfits = misfitsOf(name, variable, given);
  const [first] = misfits;
  if (!first) return [];
  return [
    {
      message: `${misfits.map(({ text }) => text).join('; ')} (role ${role})`,
      at: [placeOfIssue(node, first.path) ?? view.valueAt(name)],
      fix:
        first.near === undefined
          ? `look how it is written: gatdeploy roles ${role}`
          : `did you mean \`${first.near}\`?`,
      hosts: [view.host],
      code: 'var/type',
    },
  ];
}
