/** mysql_db, mysql_user, mysql_query: what a MariaDB or MySQL server holds. */
import { joinText, mapText, reveal, type Text } from '../../base/secret.ts';
import { feed, type Script, sh, steps } from '../../base/shell.ts';
import type { Value } from '../../base/value.ts';
import { command } from '../../resources/index.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { badParameter } from '../errors.ts';
import type { Params } from '../params.ts';

const LOGIN = {
  login_user: { type: 'str' },
  login_password: { type: 'text' },
  login_host: { type: 'str' },
  login_port: { type: 'int' },
  login_unix_socket: { type: 'path' },
  config_file: { type: 'path' },
  check_implicit_admin: { type: 'bool', ignored: 'root comes in over the socket' },
  column_case_sensitive: { type: 'raw', ignored: 'names are taken as they are written' },
  connect_timeout: { type: 'raw', ignored: 'a server that is there answers at once' },
  client_cert: { type: 'path', refused: 'name it in the file of config_file', aliases: ['ssl_cert'] },
  client_key: { type: 'path', refused: 'name it in the file of config_file', aliases: ['ssl_key'] },
  ca_cert: { type: 'path', refused: 'name it in the file of config_file', aliases: ['ssl_ca'] },
} as const satisfies Params;

type Login = {
  readonly login_user: string | undefined;
  readonly login_password: Text | undefined;
  readonly login_host: string | undefined;
  readonly login_port: number | undefined;
  readonly login_unix_socket: string | undefined;
  readonly config_file: string | undefined;
};

/** Runs statements; the password goes in by standard input, before them. */
function mysql(statements: Text, login: Login): Script {
  const words = [
    ...(login.config_file === undefined ? [] : [`--defaults-extra-file=${login.config_file}`]),
    ...(login.login_user === undefined ? [] : [`--user=${login.login_user}`]),
    ...(login.login_host === undefined ? [] : [`--host=${login.login_host}`]),
    ...(login.login_port === undefined ? [] : [`--port=${login.login_port}`]),
    ...(login.login_unix_socket === undefined ? [] : [`--socket=${login.login_unix_socket}`]),
    '--batch',
    '--skip-column-names',
  ];
  if (login.login_password === undefined) return feed(statements, sh`mysql ${words}`);
  const option = mapText(
    login.login_password,
    (text) => `[client]\npassword="${text.replace(/["\\]/g, '\\$&')}"\n`,
  );
  return sh`( gd_login=$(mktemp); trap 'rm -f -- "$gd_login"' EXIT
${feed(option, sh`cat >"$gd_login"`)}
${feed(statements, sh`mysql --defaults-extra-file="$gd_login" ${words.filter((word) => !word.startsWith('--defaults'))}`)} )`;
}

const text = (value: string): string => `'${value.replace(/[\\']/g, '\\$&')}'`;
const named = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** Whether a query gives a line. */
function finds(query: Text, login: Login): Script {
  return sh`test -n "$(${mysql(query, login)})"`;
}

/** `mysql_db` */
export const mysqlDbModule = defineModule({
  name: 'community.mysql.mysql_db',
  params: {
    ...LOGIN,
    name: { type: 'list', aliases: ['db'], required: true },
    state: { type: 'str', choices: ['present', 'absent'] },
    encoding: { type: 'str' },
    collation: { type: 'str' },
    target: { type: 'path', refused: 'import and dump with command' },
  },
  run({ name = [], state, encoding, collation, ...login }, context): Action {
    const isGone = state === 'absent';
    return declare(
      name.map((one) => {
        const there = `SELECT 1 FROM information_schema.schemata WHERE schema_name = ${text(one)};`;
        const how = `${encoding ? ` CHARACTER SET ${text(encoding)}` : ''}${collation ? ` COLLATE ${text(collation)}` : ''}`;
        const found = finds(there, login);
        return command(`${context.title}: ${one}`, {
          run: mysql(isGone ? `DROP DATABASE ${named(one)};` : `CREATE DATABASE ${named(one)}${how};`, login),
          unless: isGone ? sh`! ${found}` : found,
        });
      }),
      { db: name.join(' '), db_list: [...name] },
    );
  },
});

/** `mysql_user` */
export const mysqlUserModule = defineModule({
  name: 'community.mysql.mysql_user',
  params: {
    ...LOGIN,
    name: { type: 'str', aliases: ['user'], required: true },
    host: { type: 'str' },
    password: { type: 'text' },
    encrypted: { type: 'bool' },
    priv: { type: 'raw' },
    append_privs: { type: 'bool' },
    update_password: { type: 'str', choices: ['always', 'on_create'] },
    state: { type: 'str', choices: ['present', 'absent'] },
    host_all: { type: 'bool', refused: 'name each host' },
    plugin: { type: 'str', refused: 'set it with mysql_query: ALTER USER … IDENTIFIED VIA' },
    resource_limits: { type: 'dict', refused: 'set them with mysql_query: ALTER USER … WITH' },
    tls_requires: { type: 'dict', refused: 'set it with mysql_query: ALTER USER … REQUIRE' },
  },
  run({ name = '', host = 'localhost', state, password, ...args }, context): Action {
    const user = `${text(name)}@${text(host)}`;
    const there = finds(`SELECT 1 FROM mysql.user WHERE user = ${text(name)} AND host = ${text(host)};`, args);
    if (state === 'absent')
      return declare([command(context.title, { run: mysql(`DROP USER ${user};`, args), unless: sh`! ${there}` })]);
    const grants = grantsOf(args.priv, context);
    const hash = password === undefined ? undefined : hashOf(password, args.encrypted ?? false);
    const made = command(`${context.title}: user`, {
      run: mysql(
        joinText([
          `CREATE USER IF NOT EXISTS ${user};`,
          ...(hash === undefined ? [] : [`SET @hash = `, hash, `;`, setHash(user)]),
        ]),
        args,
      ),
      unless:
        hash === undefined || args.update_password === 'on_create'
          ? there
          : finds(
              joinText([
                `SELECT 1 FROM mysql.user WHERE user = ${text(name)} AND host = ${text(host)} AND authentication_string = `,
                hash,
                ';',
              ]),
              args,
            ),
    });
    const rights = grants.map((one) => {
      const { on, rights: wanted } = one;
      const grant = `GRANT ${wanted.join(', ')} ON ${quoted(on)} TO ${user};`;
      // What isn't there can't be taken away, so it is given first.
      const only = `${grant} REVOKE ALL PRIVILEGES ON ${quoted(on)} FROM ${user}; ${grant}`;
      return command(`${context.title}: ${on}`, {
        run: mysql(args.append_privs ? grant : only, args),
        unless: granted(one, user, args.append_privs ?? false, args),
        after: [made],
      });
    });
    return declare([made, ...rights], { user: name });
  },
});

/** The server's own form of a password, made by the server. */
function hashOf(password: Text, isHash: boolean): Text {
  const literal = mapText(password, text);
  return isHash ? literal : joinText(["CONCAT('*', UPPER(SHA1(UNHEX(SHA1(", literal, ')))))']);
}

function setHash(user: string): string {
  return `SET @statement = CONCAT("ALTER USER ${user.replaceAll('"', '\\"')} IDENTIFIED BY PASSWORD ", QUOTE(@hash));
PREPARE own_hash FROM @statement; EXECUTE own_hash;`;
}

type Grant = { readonly on: string; readonly rights: readonly string[] };

/** `db.*:ALL/other.table:SELECT,INSERT`, or a mapping of the same. */
function grantsOf(priv: Value | undefined, { position }: ModuleContext): readonly Grant[] {
  if (priv === undefined || priv === null || priv === '') return [];
  const pairs =
    priv instanceof Map
      ? [...priv].map(([on, rights]) => [String(on), String(rights)] as const)
      : String(priv)
          .split('/')
          .map((part) => [part.slice(0, part.lastIndexOf(':')), part.slice(part.lastIndexOf(':') + 1)] as const);
  return pairs.map(([on, rights]) => {
    const wanted = rights
      .toUpperCase()
      .split(',')
      .map((one) => one.trim());
    if (!/^[^.]+\.[^.]+$/.test(on) || wanted.some((one) => !/^[A-Z][A-Z ]*(\([^)]*\))?$/.test(one)))
      throw badParameter(position, 'mysql_user', 'priv', 'write it as `database.table:RIGHT,RIGHT`');
    return { on, rights: wanted };
  });
}

function quoted(on: string): string {
  return on
    .replaceAll('`', '')
    .split('.')
    .map((part) => (part === '*' ? '*' : named(part)))
    .join('.');
}

/** Whether SHOW GRANTS has just these rights, or with `atLeast` these and more. */
function granted(grant: Grant, user: string, atLeast: boolean, login: Login): Script {
  const rights = grant.rights
    .filter((one) => one !== 'GRANT')
    .map((one) => (one === 'ALL' ? 'ALL PRIVILEGES' : one))
    .sort();
  const line = sh`gd_line=$(${mysql(`SHOW GRANTS FOR ${user};`, login)} | grep -F -- ${` ON ${quoted(grant.on)} TO `})
gd_rights=$(printf '%s' "$gd_line" | sed -e 's/^GRANT //' -e 's/ ON .*//' | tr ',' '\\n' | sed 's/^ *//' | sort)`;
  if (!atLeast) return steps(line, sh`test "$gd_rights" = ${rights.join('\n')}`);
  return steps(line, ...rights.map((one) => sh`printf '%s\\n' "$gd_rights" | grep -Fxq -- ${one} || exit 1`));
}

/** `mysql_query`: nobody can say beforehand whether a statement changes anything. */
export const mysqlQueryModule = defineModule({
  name: 'community.mysql.mysql_query',
  params: {
    ...LOGIN,
    query: { type: 'text', required: true },
    login_db: { type: 'str' },
    single_transaction: { type: 'bool' },
    positional_args: { type: 'raw', refused: 'write the values into the query' },
    named_args: { type: 'raw', refused: 'write the values into the query' },
  },
  run({ query = '', login_db: database, single_transaction: isOne, ...login }): Action {
    const isReading = /^\s*(?:select|show)\b[^;]*;?\s*$/i.test(reveal(query));
    const use = database === undefined ? '' : `USE ${named(database)};\n`;
    const statements = isOne ? ['START TRANSACTION;\n', query, ';\nCOMMIT;\n'] : [query, ';\n'];
    return {
      type: 'script',
      isReading,
      script: mysql(joinText([use, ...statements]), login),
      result: ({ code, stdout, stderr }) =>
        new Map<string, Value>([
          ['changed', !isReading],
          ['failed', code !== 0],
          ['msg', stderr.trim()],
          ['query_result', stdout.split('\n').filter(Boolean)],
        ]),
    };
  },
});
