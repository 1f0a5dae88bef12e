/** What Galaxy needs in PostgreSQL: its role, its database, privileges. Revocations and removals come first, as in Ansible. */
import { database as databaseOn, postgresqlServer } from '../../base/capability.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import { postgresql as object, type Resource } from '../../resources/index.ts';
import { ATTRIBUTES } from '../../resources/postgresql/catalog.ts';
import { unsupportedValue } from '../errors.ts';
import { defineRole, type HostContext } from '../role.ts';
import type { Common } from './place.ts';
import { declarePrivileges } from './privileges.ts';
import { type ObjectsValues, vars } from './vars.ts';

export const postgresqlObjects = defineRole({
  name: 'postgresql_objects',
  aliases: ['galaxyproject.postgresql_objects', 'natefoo.postgresql_objects'],
  doc: "Makes PostgreSQL's roles, databases and privileges.",
  vars,

  declare(v, host) {
    if (v.postgresql_objects_login_host !== undefined || v.postgresql_objects_login_password !== undefined)
      throw remoteUnsupported(host);
    const common = {
      server: { superuser: v.postgresql_objects_login_user, port: v.postgresql_objects_port },
      requires: [postgresqlServer(host.name)],
    };
    const revoked = declarePrivileges(v, host, { ...common, state: 'absent', after: [] });
    const dropped = databases(v, host, { ...common, state: 'absent', after: revoked });
    const first = [...revoked, ...dropped];
    const roles = [...users(v, host, common, first), ...groups(v, host, common, first)];
    const members = memberships(v, common, roles);
    const made = databases(v, host, { ...common, state: 'present', after: [...first, ...roles] });
    const granted = declarePrivileges(v, host, { ...common, state: 'present', after: [...roles, ...made] });
    return [...first, ...roles, ...members, ...made, ...granted];
  },
});

function users(v: ObjectsValues, host: HostContext, common: Common, after: readonly Resource[]) {
  return v.postgresql_objects_users.map(({ name, password, role_attr_flags, state }) =>
    object(`role ${name}`, {
      object: {
        is: 'role',
        role: name,
        password,
        attributes: { LOGIN: true, ...attributes(role_attr_flags, 'postgresql_objects_users', host) },
      },
      absent: state === 'absent',
      after,
      ...common,
    }),
  );
}

function groups(v: ObjectsValues, host: HostContext, common: Common, after: readonly Resource[]) {
  return v.postgresql_objects_groups.map(({ name, role_attr_flags, state }) =>
    object(`role ${name}`, {
      object: {
        is: 'role',
        role: name,
        attributes: { LOGIN: false, ...attributes(role_attr_flags, 'postgresql_objects_groups', host) },
      },
      absent: state === 'absent',
      after,
      ...common,
    }),
  );
}

function memberships(v: ObjectsValues, common: Common, after: readonly Resource[]): readonly Resource[] {
  return v.postgresql_objects_groups.flatMap((one) =>
    one.state === 'absent'
      ? []
      : one.users.map(({ name, state }) =>
          object(`${name} in ${one.name}`, {
            object: { is: 'member', role: one.name, member: name },
            absent: state === 'absent',
            after,
            ...common,
          }),
        ),
  );
}

function databases(
  v: ObjectsValues,
  host: HostContext,
  { state, after, ...common }: Common & { readonly state: string; readonly after: readonly Resource[] },
): readonly Resource[] {
  return v.postgresql_objects_databases
    .filter((one) => one.state === state)
    .map(({ name, owner, template, encoding, lc_collate, lc_ctype }) =>
      object(`database ${name}`, {
        object: {
          is: 'database',
          database: name,
          owner,
          template,
          encoding,
          collate: lc_collate,
          ctype: lc_ctype,
        },
        absent: state === 'absent',
        after,
        ...(state === 'absent' ? {} : { provides: [databaseOn(host.name, name)] }),
        ...common,
      }),
    );
}

/** `CREATEDB,NOSUPERUSER` → `{ CREATEDB: true, SUPERUSER: false }`. @throws GatError role/unsupported-value */
function attributes(flags: string, variable: string, host: HostContext): Readonly<Record<string, boolean>> {
  const words = flags.split(/[\s,]+/).filter(Boolean);
  return Object.fromEntries(
    words.map((flag) => {
      const word = flag.toUpperCase();
      const on = word in ATTRIBUTES;
      const name = on ? word : word.replace(/^NO/, '');
      if (!(name in ATTRIBUTES)) throw unknownAttribute(host, variable, flag);
      return [name, on];
    }),
  );
}

function unknownAttribute(host: HostContext, variable: string, flag: string) {
  const near = didYouMean(flag.toUpperCase(), Object.keys(ATTRIBUTES));
  return unsupportedValue(host, {
    role: 'postgresql_objects',
    variable,
    why: `\`${flag}\` is no attribute of a role`,
    fix: near ? `did you mean \`${near}\`?` : `the attributes are ${Object.keys(ATTRIBUTES).join(', ')}`,
  });
}

function remoteUnsupported(host: HostContext) {
  return unsupportedValue(host, {
    role: 'postgresql_objects',
    variable: 'postgresql_objects_login_host',
    why: "only the host's own server is managed, through its socket",
    fix: 'take postgresql_objects_login_host and postgresql_objects_login_password out, and put the database host into its own play',
  });
}
