/** The statements that make the difference. See PostgreSQL's manual, "SQL Commands". */
import { joinText, type Text } from '../../base/secret.ts';
import type { Change } from '../kind.ts';
import { toStored } from './password.ts';
import { namedPrivileges } from './privilege.ts';
import type { DatabaseObject, PostgresqlProps, PrivilegeObject, RoleObject } from './props.ts';
import { identifier, literal } from './psql.ts';

/** The database that the statements are for. */
export function databaseFor({ props: { object } }: Change<PostgresqlProps>): string {
  return object.is === 'privilege' && object.type !== 'database' ? object.database : 'postgres';
}

/** The statements of one change. */
export function statementsFor(change: Change<PostgresqlProps>): Text {
  const { object } = change.props;
  if (object.is === 'role') return ofRole(object, change);
  if (object.is === 'database') return ofDatabase(object, change);
  if (object.is === 'privilege') return ofPrivilege(object, change.after === undefined);
  const [verb, word] = change.after ? ['GRANT', 'TO'] : ['REVOKE', 'FROM'];
  return `${verb} ${identifier(object.role)} ${word} ${identifier(object.member)};\n`;
}

function ofRole(object: RoleObject, { before, after, keys }: Change<PostgresqlProps>): Text {
  const name = identifier(object.role);
  if (!after) return `DROP ROLE ${name};\n`;
  const words = Object.entries(object.attributes ?? {})
    .filter(([word]) => !before || keys.has(word))
    .map(([word, on]) => (on ? word : `NO${word}`));
  const password =
    object.password !== undefined && (!before || keys.has('password'))
      ? joinText([' PASSWORD ', literal(toStored(object.password))])
      : '';
  return joinText([`${before ? 'ALTER' : 'CREATE'} ROLE ${[name, ...words].join(' ')}`, password, ';\n']);
}

function ofDatabase(object: DatabaseObject, { before, after, keys }: Change<PostgresqlProps>): Text {
  const name = identifier(object.database);
  if (!after) return `DROP DATABASE ${name};\n`;
  if (!before) return `CREATE DATABASE ${[name, ...options(object)].join(' ')};\n`;
  const fixed = [...keys].filter((key) => key !== 'owner');
  if (fixed.length > 0) {
    const why = `${fixed.join(', ')} of database ${object.database} cannot be changed; dump it and restore it into a new one`;
    return `DO $$ BEGIN RAISE EXCEPTION ${String(literal('%'))}, ${String(literal(why))}; END $$;\n`;
  }
  return `ALTER DATABASE ${name} OWNER TO ${identifier(object.owner ?? '')};\n`;
}

/** A template other than template0 allows no other encoding or collation than its own. */
function options({ owner, template, encoding, collate, ctype }: DatabaseObject): readonly string[] {
  const differs = encoding !== undefined || collate !== undefined || ctype !== undefined;
  const from = template ?? (differs ? 'template0' : undefined);
  return [
    ...(owner === undefined ? [] : [`OWNER ${identifier(owner)}`]),
    ...(from === undefined ? [] : [`TEMPLATE ${identifier(from)}`]),
    ...(encoding === undefined ? [] : [`ENCODING ${String(literal(encoding))}`]),
    ...(collate === undefined ? [] : [`LC_COLLATE ${String(literal(collate))}`]),
    ...(ctype === undefined ? [] : [`LC_CTYPE ${String(literal(ctype))}`]),
  ];
}

function ofPrivilege(object: PrivilegeObject, revoke: boolean): Text {
  const privileges = namedPrivileges(object).join(', ');
  const role = object.role === 'PUBLIC' ? 'PUBLIC' : identifier(object.role);
  const target = targetOf(object);
  if (revoke) return `REVOKE ${privileges} ON ${target} FROM ${role};\n`;
  return `GRANT ${privileges} ON ${target} TO ${role}${object.grantOption ? ' WITH GRANT OPTION' : ''};\n`;
}

function targetOf({ type, database, schema, objects }: PrivilegeObject): string {
  const word = type.toUpperCase();
  if (type === 'database') return `DATABASE ${identifier(database)}`;
  if (type === 'schema') return `SCHEMA ${objects.map(identifier).join(', ')}`;
  if (objects.includes('ALL_IN_SCHEMA')) return `ALL ${word}S IN SCHEMA ${identifier(schema)}`;
  return `${word} ${objects.map((one) => `${identifier(schema)}.${identifier(one)}`).join(', ')}`;
}
