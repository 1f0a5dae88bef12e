/** What shows that PostgreSQL works: it answers, and nothing that it was told waits for a restart. */
import { steps } from '../../base/shell.ts';
import { psql } from '../../resources/postgresql/psql.ts';
import type { Check } from '../../verify/check.ts';
import type { HostContext } from '../role.ts';
import { portOf } from './config.ts';
import type { PostgresqlValues } from './vars.ts';

const QUESTION =
  "select 'version ' || current_setting('server_version'); select 'pending ' || coalesce(string_agg(name, ', '), 'nothing') from pg_settings where pending_restart; select 'errors ' || count(*) from pg_hba_file_rules where error is not null;";

/** All checks of PostgreSQL on a host. */
export function postgresqlChecks(v: PostgresqlValues, host: HostContext): readonly Check[] {
  const server = { superuser: v.postgresql_user_name, port: portOf(v) };
  return [
    {
      id: 'postgresql/answers',
      host: host.name,
      title: 'PostgreSQL answers, and has taken in all of its configuration',
      asks: `runuser -u ${v.postgresql_user_name} -- psql -c 'select name from pg_settings where pending_restart'`,
      script: steps(psql(QUESTION, server)),
      judge({ code, stdout, stderr }) {
        const got = stdout.trim().replaceAll('\n', ', ') || (stderr.trim().split('\n').at(-1) ?? '');
        const ok = code === 0 && stdout.includes('pending nothing\n') && stdout.includes('errors 0\n');
        return ok ? { ok, got } : { ok, got, fix: 'apply again; journalctl -u postgresql tells what is wrong' };
      },
    },
  ];
}
