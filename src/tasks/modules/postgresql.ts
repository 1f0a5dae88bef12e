/** postgresql_db, postgresql_user, postgresql_ext, postgresql_query: what a server holds. */
import { joinText, reveal } from '../../base/secret.ts';
import { sh } from '../../base/shell.ts';
import type { Value } from '../../base/value.ts';
import { command, postgresql } from '../../resources/index.ts';
import { psql } from '../../resources/postgresql/psql.ts';
import { type Action, declare, defineModule } from '../action.ts';
import { badParameter } from '../errors.ts';
import type { Params } from '../params.ts';
import { given } from './common.ts';

const LOCAL = "it is always the host's own server, over its socket";

/** How Ansible's modules reach the server; only the port makes a difference here. */
const LOGIN = {
  login_user: { type: 'str' },
  port: { type: 'int', aliases: ['login_port'] },
  login_password: { type: 'raw', ignored: LOCAL },
  login_host: { type: 'raw', ignored: LOCAL },
  login_unix_socket: { type: 'raw', aliases: ['unix_socket'], ignored: LOCAL },
  ssl_mode: { type: 'raw', ignored: LOCAL },
  ca_cert: { type: 'raw', aliases: ['ssl_rootcert'], ignored: LOCAL },
  trust_input: { type: 'raw', ignored: 'names are always quoted' },
} as const satisfies Params;

const STATE = { type: 'str', choices: ['present', 'absent'] } as const;

type Login = { readonly login_user: string | undefined; readonly port: number | undefined };

function serverOf({ login_user: superuser, port }: Login) {
  return { server: given({ superuser, port }) };
}

/** `postgresql_db` */
export const postgresqlDbModule = defineModule({
  name: 'community.postgresql.postgresql_db',
  params: {
    ...LOGIN,
    name: { type: 'str', aliases: ['db'], required: true },
    owner: { type: 'str' },
    template: { type: 'str' },
    encoding: { type: 'str' },
    lc_collate: { type: 'str' },
    lc_ctype: { type: 'str' },
    maintenance_db: { type: 'raw', ignored: 'it is postgres' },
    state: { type: 'str', choices: ['present', 'absent'] },
  },
  run({ name = '', owner, template, encoding, ...args }): Action {
    const object = {
      is: 'database' as const,
      database: name,
      ...given({ owner, template, encoding, collate: args.lc_collate, ctype: args.lc_ctype }),
    };
    const absent = args.state === 'absent' ? { absent: true } : {};
    return declare([postgresql(`database ${name}`, { object, ...serverOf(args), ...absent })], { db: name });
  },
});

const ATTRIBUTE = /^(NO)?(SUPERUSER|CREATEROLE|CREATEDB|INHERIT|LOGIN|REPLICATION|BYPASSRLS)$/;

/** `postgresql_user` */
export const postgresqlUserModule = defineModule({
  name: 'community.postgresql.postgresql_user',
  params: {
    ...LOGIN,
    name: { type: 'str', aliases: ['user'], required: true },
    password: { type: 'text' },
    role_attr_flags: { type: 'str' },
    db: { type: 'raw', aliases: ['login_db'], ignored: 'users belong to the whole server' },
    encrypted: { type: 'raw', ignored: 'passwords are always kept hashed' },
    no_password_changes: { type: 'raw', ignored: 'a password that is the same is not set again' },
    priv: { type: 'str', refused: 'use postgresql_privs or the role galaxyproject.postgresql_objects' },
    groups: { type: 'list', refused: 'use the role galaxyproject.postgresql_objects' },
    conn_limit: { type: 'int', refused: 'set it with postgresql_query' },
    expires: { type: 'str', refused: 'set it with postgresql_query' },
    fail_on_user: { type: 'raw', aliases: ['fail_on_role'], ignored: 'what cannot be removed is always an error' },
    state: STATE,
  },
  run({ name = '', password, role_attr_flags: flags, state, ...args }, { position }): Action {
    const words = (flags ?? '').split(',').map((word) => word.trim().toUpperCase());
    const attributes = Object.fromEntries([
      ['LOGIN', true],
      ...words.filter(Boolean).map((word): [string, boolean] => {
        const [, not, attribute] = ATTRIBUTE.exec(word) ?? [];
        if (attribute === undefined)
          throw badParameter(position, 'postgresql_user', 'role_attr_flags', `${word} is no attribute of a role`);
        return [attribute, not === undefined];
      }),
    ]);
    const object = { is: 'role' as const, role: name, ...given({ password }), attributes };
    const absent = state === 'absent' ? { absent: true } : {};
    return declare([postgresql(`role ${name}`, { object, ...serverOf(args), ...absent })], { user: name });
  },
});

/** `postgresql_ext` */
export const postgresqlExtModule = defineModule({
  name: 'community.postgresql.postgresql_ext',
  params: {
    ...LOGIN,
    name: { type: 'str', aliases: ['ext'], required: true },
    db: { type: 'str', aliases: ['login_db'], required: true },
    schema: { type: 'str' },
    cascade: { type: 'bool' },
    version: { type: 'str', refused: 'update it with postgresql_query: ALTER EXTENSION' },
    state: STATE,
  },
  run({ name = '', db = '', schema, cascade, state, ...args }, context): Action {
    const { server } = serverOf(args);
    const quoted = `"${name.replaceAll('"', '""')}"`;
    const asked = psql(`SELECT 1 FROM pg_extension WHERE extname = '${name.replaceAll("'", "''")}';`, server, db);
    const within = schema === undefined ? '' : ` SCHEMA "${schema.replaceAll('"', '""')}"`;
    const also = cascade ? ' CASCADE' : '';
    const isGone = state === 'absent';
    const statement = isGone
      ? `DROP EXTENSION ${quoted}${also};`
      : `CREATE EXTENSION IF NOT EXISTS ${quoted}${within}${also};`;
    return declare([
      command(context.title, {
        run: psql(statement, server, db),
        unless: sh`test "$(${asked})" ${isGone ? '!=' : '='} 1`,
      }),
    ]);
  },
});

/** `postgresql_query`: statements; nobody can say beforehand whether they change anything. */
export const postgresqlQueryModule = defineModule({
  name: 'community.postgresql.postgresql_query',
  params: {
    ...LOGIN,
    query: { type: 'text', required: true },
    db: { type: 'str', aliases: ['login_db'] },
    autocommit: { type: 'raw', ignored: 'each statement is committed' },
    positional_args: { type: 'raw', refused: 'write the values into the query' },
    named_args: { type: 'raw', refused: 'write the values into the query' },
  },
  run({ query = '', db = 'postgres', ...args }): Action {
    const isReading = /^\s*(?:select|show)\b[^;]*;?\s*$/i.test(reveal(query));
    return {
      type: 'script',
      isReading,
      script: psql(joinText([query, /;\s*$/.test(reveal(query)) ? '' : ';']), serverOf(args).server, db),
      result: ({ code, stdout, stderr }) =>
        new Map<string, Value>([
          ['changed', !isReading],
          ['failed', code !== 0],
          ['msg', stderr.trim()],
          ['query_result', stdout.split('\n').filter(Boolean)],
          ['rowcount', stdout.split('\n').filter(Boolean).length],
        ]),
    };
  },
});
