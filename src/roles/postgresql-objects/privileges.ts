/** Privileges, as the variable lists them. */
import { postgresql as object, type Resource } from '../../resources/index.ts';
import type { PrivilegeType } from '../../resources/postgresql/privilege.ts';
import { unsupportedValue } from '../errors.ts';
import type { HostContext } from '../role.ts';
import type { Common } from './place.ts';
import type { ObjectsValues } from './vars.ts';

const TYPES: readonly string[] = ['database', 'schema', 'table', 'sequence'];

/** Declares those that are to be granted, or those that are to be revoked. @throws GatError role/unsupported-value */
export function declarePrivileges(
  v: ObjectsValues,
  host: HostContext,
  { state, after, ...common }: Common & { readonly state: string; readonly after: readonly Resource[] },
): readonly Resource[] {
  const wanted = v.postgresql_objects_privileges.filter((one) => one.state === state);
  return wanted.flatMap((one) =>
    one.roles.map((role) => {
      if (!isSupported(one.type)) throw unsupportedType(host, one.type);
      const objects = one.objs ?? (one.type === 'database' ? [one.database] : []);
      const what = [one.privs.join(','), 'on', one.type, objects.join(',')].join(' ');
      return object(`${what} in ${one.database} for ${role}`, {
        object: {
          is: 'privilege',
          database: one.type === 'database' ? (objects[0] ?? one.database) : one.database,
          type: one.type,
          objects,
          schema: one.schema,
          privileges: one.privs,
          role,
          grantOption: one.grant_option,
        },
        absent: state === 'absent',
        after,
        ...common,
      });
    }),
  );
}

function isSupported(type: string): type is PrivilegeType {
  return TYPES.includes(type);
}

function unsupportedType(host: HostContext, type: string) {
  return unsupportedValue(host, {
    role: 'postgresql_objects',
    variable: 'postgresql_objects_privileges',
    why: `privileges of the type \`${type}\` are not managed`,
    fix: `grant them by hand; the types that there are: ${TYPES.join(', ')}`,
  });
}
