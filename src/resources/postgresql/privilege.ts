/** Privileges on databases, schemas, tables and sequences, as GRANT takes them. See PostgreSQL's manual, "Privileges". */
import type { State } from '../kind.ts';
import type { Catalog, Grant } from './catalog.ts';

export type PrivilegeType = 'database' | 'schema' | 'table' | 'sequence';

export type Privilege = {
  /** The database that the things are in; for the type `database` the thing itself. */
  readonly database: string;
  readonly type: PrivilegeType;
  /** Names; for tables and sequences also the single word `ALL_IN_SCHEMA`. */
  readonly objects: readonly string[];
  /** Schema of tables and sequences; default `public`. */
  readonly schema: string;
  /** `SELECT`, …, or the single word `ALL`. */
  readonly privileges: readonly string[];
  /** A role, or `PUBLIC`. */
  readonly role: string;
  readonly grantOption: boolean;
};

/** What ALL means for each type. `MAINTAIN` of tables came with PostgreSQL 17. */
const ALL: Readonly<Record<PrivilegeType, readonly string[]>> = {
  database: ['CREATE', 'CONNECT', 'TEMPORARY'],
  schema: ['CREATE', 'USAGE'],
  table: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'],
  sequence: ['SELECT', 'UPDATE', 'USAGE'],
};

const SYNONYMS: Readonly<Record<string, string>> = { TEMP: 'TEMPORARY' };

/** The privileges by the names that the catalog uses. */
export function namedPrivileges({ privileges, type }: Privilege): readonly string[] {
  const words = privileges.map((one) => one.trim().toUpperCase());
  if (words.includes('ALL') || words.includes('ALL PRIVILEGES')) return ALL[type];
  return words.map((word) => SYNONYMS[word] ?? word);
}

/** The things that are meant, as the catalog has them now. */
function objectsOf(one: Privilege, found: Catalog): readonly string[] {
  if (one.type === 'database') return [one.database];
  if (one.type === 'schema') return one.objects;
  if (!one.objects.includes('ALL_IN_SCHEMA')) return one.objects;
  const prefix = `${one.schema}.`;
  const all = found.relations.get(`${one.database} ${one.type}`) ?? [];
  return all.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

/** The state: granted, not wholly granted, or nothing granted at all, which is what a revocation wants. */
export function observePrivilege(one: Privilege, found: Catalog, absent: boolean): State | undefined {
  const grants = found.grants.get(one.database) ?? [];
  const held = objectsOf(one, found).flatMap((object) =>
    namedPrivileges(one).map((privilege) => isHeld(one, { object, privilege }, grants)),
  );
  if (absent) return held.some(Boolean) ? { granted: true } : undefined;
  return { granted: held.every(Boolean) };
}

function isHeld(one: Privilege, of: { object: string; privilege: string }, grants: readonly Grant[]): boolean {
  const schema = one.type === 'table' || one.type === 'sequence' ? one.schema : '';
  return grants.some(
    (grant) =>
      grant.type === one.type &&
      grant.object === of.object &&
      grant.schema === schema &&
      grant.grantee === one.role &&
      grant.privilege === of.privilege &&
      (grant.grantable || !one.grantOption),
  );
}
