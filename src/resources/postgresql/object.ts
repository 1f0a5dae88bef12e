/**
 * What a PostgreSQL server holds beside data: roles, memberships, databases, privileges. All of a host's are read by one
 * program. A password is compared with the verifier that the server keeps, here; neither is ever shown.
 */
import { steps } from '../../base/shell.ts';
import { defineKind, type Item, type Observed, type Probe, type State } from '../kind.ts';
import { type Catalog, parseCatalog, printCatalog } from './catalog.ts';
import { matchesStored } from './password.ts';
import { observePrivilege } from './privilege.ts';
import type { PostgresqlProps } from './props.ts';
import { psql } from './psql.ts';
import { databaseFor, statementsFor } from './statements.ts';

/** How a state says that a password is right. */
const AS_DECLARED = 'as declared';

const probe: Probe<PostgresqlProps> = {
  name: 'postgresql',
  needs: 'psql',
  script: (items) => printCatalog(items[0]?.props.server ?? {}, databasesOf(items)),
  parse(stdout, items) {
    const found = parseCatalog(stdout);
    return new Map(
      items.flatMap(({ name, props }): [string, Observed][] => {
        if (!found) return [[name, { unknown: 'PostgreSQL is not running' }]];
        const state = observe(props, found);
        return state ? [[name, state]] : [];
      }),
    );
  },
};

function databasesOf(items: readonly Item<PostgresqlProps>[]): readonly string[] {
  return [
    ...new Set(items.flatMap(({ props }) => (props.object.is === 'privilege' ? [props.object.database] : []))),
  ];
}

/**
 * Makes a role, a membership, a database or a privilege.
 * @example postgresql('role galaxy', { object: { is: 'role', role: 'galaxy', attributes: { LOGIN: true } } })
 */
export const postgresql = defineKind<PostgresqlProps>({
  kind: 'postgresql',
  lane: 'slow',
  probe,
  desired,
  applyAll(changes) {
    return steps(
      ...changes.map((change) => psql(statementsFor(change), change.props.server ?? {}, databaseFor(change))),
    );
  },
});

function desired({ object }: PostgresqlProps): State {
  if (object.is === 'role')
    return {
      ...Object.fromEntries(Object.entries(object.attributes ?? {})),
      ...(object.password === undefined ? {} : { password: AS_DECLARED }),
    };
  if (object.is === 'database') {
    const { owner, encoding, collate, ctype } = object;
    const wanted = { owner, encoding: encoding && pgEncoding(encoding), collate, ctype };
    return Object.fromEntries(
      Object.entries(wanted).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    );
  }
  return object.is === 'privilege' ? { granted: true } : {};
}

/** `UTF-8`, `utf8` → `UTF8`, as the server calls it. */
function pgEncoding(name: string): string {
  return name.toUpperCase().replace(/^UTF-?8$/, 'UTF8');
}

function observe({ object, absent }: PostgresqlProps, found: Catalog): State | undefined {
  if (object.is === 'member')
    return found.members.some((one) => one.role === object.role && one.member === object.member) ? {} : undefined;
  if (object.is === 'privilege') return observePrivilege(object, found, absent ?? false);
  if (object.is === 'database') {
    const one = found.databases.find(({ name }) => name === object.database);
    return one && { owner: one.owner, encoding: one.encoding, collate: one.collate, ctype: one.ctype };
  }
  const role = found.roles.find(({ name }) => name === object.role);
  if (!role) return undefined;
  const fits = object.password !== undefined && matchesStored(object.password, role.name, role.password ?? '');
  return { ...role.attributes, password: fits ? AS_DECLARED : 'another one' };
}
