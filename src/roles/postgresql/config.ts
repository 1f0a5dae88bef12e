/** The texts of PostgreSQL's configuration files. See PostgreSQL's manual, "Server Configuration", "Client Authentication". */
import { joinText, type Text } from '../../base/secret.ts';
import type { PostgresqlValues } from './vars.ts';

const NOTICE = '# Written by gatdeploy; changes made here are undone by the next apply.\n';

/** One option and its value, as the admin wrote it. */
export type Setting = readonly [string, Text | boolean | number];

/** The options in order. A later one of the same name wins, as the server itself has it. */
export function settingsOf(v: PostgresqlValues): readonly Setting[] | undefined {
  const conf = v.postgresql_conf;
  if (conf === undefined) return undefined;
  return (Array.isArray(conf) ? conf : [conf]).flatMap((one) => Object.entries(one) as Setting[]);
}

/** Renders conf.d's file; values stand as they are, as in Ansible. */
export function renderSettings(settings: readonly Setting[]): Text {
  const lines = settings.map(([key, value]) => {
    const shown =
      typeof value === 'boolean' ? (value ? 'on' : 'off') : typeof value === 'number' ? `${value}` : value;
    return joinText([`${key} = `, shown, '\n']);
  });
  return joinText([NOTICE, ...lines]);
}

/** Renders the whole of pg_hba.conf: the standard lines that are on, then the admin's. */
export function renderHba(v: PostgresqlValues): string {
  const method = v.postgresql_default_auth_method;
  const standard = [
    v.postgresql_pg_hba_local_postgres_user && `local all ${v.postgresql_user_name} peer`,
    v.postgresql_backup_dir !== undefined && `local replication ${v.postgresql_user_name} peer`,
    v.postgresql_pg_hba_local_socket && 'local all all peer',
    v.postgresql_pg_hba_local_ipv4 && `host all all 127.0.0.1/32 ${method}`,
    v.postgresql_pg_hba_local_ipv6 && `host all all ::1/128 ${method}`,
  ];
  const lines = [...standard.filter((line) => line !== false), ...(v.postgresql_pg_hba_conf ?? [])];
  return `${NOTICE}${lines.map((line) => `${line}\n`).join('')}`;
}

/** The port of the options, if they name one. */
export function portOf(v: PostgresqlValues): number | undefined {
  if (v.postgresql_port !== undefined) return v.postgresql_port;
  const port = settingsOf(v)?.findLast(([key]) => key === 'port')?.[1];
  return port === undefined ? undefined : Number(String(port).replaceAll("'", ''));
}
