/** What a PostgreSQL server has: roles, memberships, databases and who may do what, read with one query a database. */
import { z } from 'zod';
import { type Script, sh, steps } from '../../base/shell.ts';
import { literal, psql, type Server } from './psql.ts';

const acl = z.object({
  type: z.string(),
  schema: z.string(),
  object: z.string(),
  /** `PUBLIC` for everybody. */
  grantee: z.string(),
  privilege: z.string(),
  grantable: z.boolean(),
});

const catalog = z.object({
  roles: z.array(
    z.object({ name: z.string(), password: z.string().nullable(), attributes: z.record(z.string(), z.boolean()) }),
  ),
  members: z.array(z.object({ role: z.string(), member: z.string() })),
  databases: z.array(
    z.object({
      name: z.string(),
      owner: z.string(),
      encoding: z.string(),
      collate: z.string(),
      ctype: z.string(),
    }),
  ),
});

/** One privilege that somebody has on one thing. */
export type Grant = z.infer<typeof acl>;

export type Catalog = z.infer<typeof catalog> & {
  /** By database. */
  readonly grants: ReadonlyMap<string, readonly Grant[]>;
  /** Names of tables and sequences, `schema.name`, by database and type. */
  readonly relations: ReadonlyMap<string, readonly string[]>;
};

/** Attributes of roles by the words that CREATE ROLE takes. */
export const ATTRIBUTES: Readonly<Record<string, string>> = {
  SUPERUSER: 'rolsuper',
  CREATEROLE: 'rolcreaterole',
  CREATEDB: 'rolcreatedb',
  INHERIT: 'rolinherit',
  LOGIN: 'rolcanlogin',
  REPLICATION: 'rolreplication',
  BYPASSRLS: 'rolbypassrls',
};

const attributes = Object.entries(ATTRIBUTES)
  .map(([word, column]) => `'${word}', ${column}`)
  .join(', ');

const list = (rows: string): string => `(select coalesce(json_agg(row_to_json(x)), '[]') from (${rows}) x)`;

const ROLES = `select rolname as name, rolpassword as password, json_build_object(${attributes}) as attributes from pg_authid where rolname !~ '^pg_'`;
const MEMBERS = `select r.rolname as role, m.rolname as member from pg_auth_members a join pg_roles r on r.oid = a.roleid join pg_roles m on m.oid = a.member`;
const DATABASES = `select datname as name, pg_get_userbyid(datdba) as owner, pg_encoding_to_char(encoding) as encoding, datcollate as collate, datctype as ctype from pg_database`;

const exploded = (type: string, schema: string, object: string, from: string, column: string, kind: string) =>
  `select '${type}' as type, ${schema} as schema, ${object} as object,
case when e.grantee = 0 then 'PUBLIC' else pg_get_userbyid(e.grantee) end as grantee, e.privilege_type as privilege, e.is_grantable as grantable
from ${from} cross join lateral aclexplode(coalesce(${column}, acldefault('${kind}', o.owner))) e`;

const relations = (kinds: string): string =>
  `(select c.relname, c.relacl, c.relowner as owner, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in (${kinds}) and n.nspname !~ '^(pg_|information_schema)') o`;

const TABLES = "'r','v','m','p','f'";

const GRANTS = [
  exploded(
    'database',
    "''",
    'datname',
    '(select datname, datacl, datdba as owner from pg_database) o',
    'datacl',
    'd',
  ),
  exploded(
    'schema',
    "''",
    'nspname',
    "(select nspname, nspacl, nspowner as owner from pg_namespace where nspname !~ '^pg_') o",
    'nspacl',
    'n',
  ),
  exploded('table', 'nspname', 'relname', relations(TABLES), 'relacl', 'r'),
  exploded('sequence', 'nspname', 'relname', relations("'S'"), 'relacl', 's'),
].join(' union all ');

const RELATIONS = `select case when relkind = 'S' then 'sequence' else 'table' end as type, nspname || '.' || relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where relkind in (${TABLES},'S') and nspname !~ '^(pg_|information_schema)'`;

/** A read-only script that prints the catalog, then what may be done in each of these databases. */
export function printCatalog(server: Server, databases: readonly string[]): Script {
  const all = `select json_build_object('roles', ${list(ROLES)}, 'members', ${list(MEMBERS)}, 'databases', ${list(DATABASES)});`;
  return steps(
    sh`${psql(all, server)} 2>/dev/null || exit 0`,
    ...databases.map((name) => {
      const query = `select json_build_object('database', ${literal(name)}, 'grants', ${list(GRANTS)}, 'relations', ${list(RELATIONS)});`;
      return sh`${psql(query, server, name)} 2>/dev/null || true`;
    }),
  );
}

const inside = z.object({
  database: z.string(),
  grants: z.array(acl),
  relations: z.array(z.object({ type: z.string(), name: z.string() })),
});

/** Parses what `printCatalog` printed; undefined when no server answers. */
export function parseCatalog(stdout: string): Catalog | undefined {
  const [first, ...rest] = stdout.split('\n').filter((line) => line.startsWith('{'));
  if (first === undefined) return undefined;
  const databases = rest.map((line) => inside.parse(JSON.parse(line)));
  const names = (of: z.infer<typeof inside>, type: string): readonly string[] =>
    of.relations.filter((one) => one.type === type).map((one) => one.name);
  return {
    ...catalog.parse(JSON.parse(first)),
    grants: new Map(databases.map((one) => [one.database, one.grants])),
    relations: new Map(
      databases.flatMap((one) =>
        ['table', 'sequence'].map((type) => [`${one.database} ${type}`, names(one, type)]),
      ),
    ),
  };
}
