/** What can be wrong with the roles of a playbook and with their variables. */
import path from 'node:path';
import { didYouMean } from '../base/did-you-mean.ts';
import { GatError } from '../base/errors.ts';
import type { Position } from '../base/position.ts';
import type { HostContext } from './role.ts';

/** No role goes by this name. */
export function unknownRole(
  name: string,
  position: Position,
  { known, searched }: { readonly known: readonly string[]; readonly searched: readonly string[] },
): GatError {
  const near = nearRole(name, known);
  return new GatError({
    code: 'role/unknown',
    what: `cannot use the role \`${name}\`: gatdeploy does not know it`,
    where: position,
    why: `it is no native role (gatdeploy roles lists them)${searched.length > 0 ? `, and in none of these folders: ${foldersOf(searched).join(', ')}` : ''}`,
    fix: near
      ? `did you mean \`${near}\`?`
      : 'install the roles that the project needs:\n  ansible-galaxy install -p roles -r requirements.yml',
  });
}

/** The same role of another namespace, else one of this namespace whose own name is a slip of the pen away. */
function nearRole(name: string, known: readonly string[]): string | undefined {
  const own = name.split('.').at(-1) ?? name;
  const namespace = name.slice(0, -own.length);
  const same = known.filter((one) => one.includes('.') && one.endsWith(`.${own}`));
  if (same.length > 0) return didYouMean(name, same) ?? same[0];
  const beside = known.filter((one) => one.startsWith(namespace) && one.includes('.') === (namespace !== ''));
  const near = didYouMean(
    own,
    beside.map((one) => one.slice(namespace.length)),
  );
  return near && namespace + near;
}

/** Where a role was looked for, without its own name. */
function foldersOf(searched: readonly string[]): readonly string[] {
  return [...new Set(searched.map((one) => path.dirname(one)))].map((one) => (one === '.' ? 'the project' : one));
}

/** The role is known and will come, but there is nothing yet that could do its work. */
export function unsupportedRole(name: string, position: Position, does: string): GatError {
  return new GatError({
    code: 'role/unsupported',
    what: `cannot use the role \`${name}\`: gatdeploy has no native form of it, and it is not in the project`,
    where: position,
    why: `it ${does}; leaving it out silently would leave the system unfinished`,
    fix: 'install the role into the project, and its own tasks are run:\n  ansible-galaxy install -p roles -r requirements.yml',
  });
}

/** A variable asks for something that the native role does not do. */
export function unsupportedValue(
  host: HostContext,
  at: { readonly role: string; readonly variable: string; readonly why: string; readonly fix: string },
): GatError {
  return new GatError({
    code: 'role/unsupported-value',
    what: `cannot set up ${at.role} on ${host.name} as \`${at.variable}\` asks`,
    where: host.positionOf(at.variable) ?? { host: host.name },
    why: at.why,
    fix: at.fix,
  });
}

/** A variable that has no sensible default is not set; `near` is one that is, and shows where it belongs. */
export function missingValue(
  host: HostContext,
  at: {
    readonly role: string;
    readonly variable: string;
    readonly why: string;
    readonly fix: string;
    readonly near?: string;
  },
): GatError {
  return new GatError({
    code: 'var/required',
    what: `cannot set up ${at.role} on ${host.name}: \`${at.variable}\` is not defined`,
    where: (at.near && host.positionOf(at.near)) || { host: host.name },
    why: at.why,
    fix: at.fix,
  });
}
