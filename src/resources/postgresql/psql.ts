/** Talks to the PostgreSQL server of a host as its superuser; statements go in on standard input. See psql(1). */
import { mapText, type Text } from '../../base/secret.ts';
import { feed, type Script, sh } from '../../base/shell.ts';

/** Which server: its superuser in the operating system, and a port other than the default. */
export type Server = { readonly superuser?: string | undefined; readonly port?: number | undefined };

/** A script that runs statements in a database and prints what they give, one row a line, without any decoration. */
export function psql(statements: Text, { superuser = 'postgres', port }: Server, database = 'postgres'): Script {
  const where = port === undefined ? [] : ['-p', port];
  const command = sh`runuser -u ${superuser} -- psql -X -q -A -t -v ON_ERROR_STOP=1 -v VERBOSITY=terse ${where} -d ${database}`;
  return sh`( cd / && ${feed(statements, command)} )`;
}

/** A text as an SQL literal. */
export function literal(text: Text): Text {
  return mapText(text, (plain) => `'${plain.replaceAll("'", "''")}'`);
}

/** A name as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
