/** Backups of PostgreSQL: each WAL file as it is finished, and a base backup every night. See "Continuous Archiving" in its manual. */
import { sh } from '../../base/shell.ts';
import { template } from '../../render/template.ts';
import { directory, file, type Resource, service } from '../../resources/index.ts';
import { psql } from '../../resources/postgresql/psql.ts';
import type { Check } from '../../verify/check.ts';
import type { HostContext } from '../role.ts';
import { portOf } from './config.ts';
import type { PostgresqlValues } from './vars.ts';

const UNIT = 'gatdeploy-postgresql-backup';
const SCRIPT = `/usr/local/sbin/${UNIT}`;

type Parts = { readonly version: string; readonly conf: string; readonly after: readonly Resource[] };

/** The server's own part of it, which the server has to read: nothing without `postgresql_backup_dir`. */
export function declareArchive(v: PostgresqlValues, { conf, after }: Parts): readonly Resource[] {
  const folder = v.postgresql_backup_dir;
  if (folder === undefined) return [];
  const wal = `${folder}/wal`;
  const command = `test ! -f ${wal}/%f && cp %p ${wal}/%f.part && sync ${wal}/%f.part && mv ${wal}/%f.part ${wal}/%f`;
  const owner = { owner: v.postgresql_user_name, group: v.postgresql_user_name, after };
  const folders = [folder, wal, `${folder}/base`].map((path) => directory(path, { ...owner, mode: '0750' }));
  const settings = file(`${conf}/conf.d/20gatdeploy_backup.conf`, {
    content: `# Written by gatdeploy; options of 25ansible_postgresql.conf win.\narchive_mode = on\narchive_command = '${command}'\n`,
    mode: '0640',
    ...owner,
    after: [...after, ...folders],
  });
  return [...folders, settings];
}

/** The nightly part of it, by a timer. */
export function declareBackup(v: PostgresqlValues, server: Resource, version: string): readonly Resource[] {
  const folder = v.postgresql_backup_dir;
  if (folder === undefined) return [];
  const keep = v.postgresql_backup_rotate ? v.postgresql_backup_keep : 0;
  const script = file(SCRIPT, {
    content: template('postgresql/backup.sh.hbs', {
      folder,
      port: portOf(v) ?? 0,
      keep,
      next: keep + 1,
      programs: `/usr/lib/postgresql/${version}/bin`,
    }),
    mode: '0755',
  });
  const nightly = file(`/etc/systemd/system/${UNIT}.service`, {
    content: template('postgresql/backup.service.hbs', {
      unit: server.name,
      user: v.postgresql_user_name,
      script: SCRIPT,
    }),
  });
  const timer = file(`/etc/systemd/system/${UNIT}.timer`, {
    content: template('postgresql/backup.timer.hbs', {}),
  });
  const runs = service(`${UNIT}.timer`, { loads: [timer], after: [script, nightly, server] });
  return [script, nightly, timer, runs, ...withoutAnsible(v, version, runs)];
}

/** Two backups of one server would take each other's WAL files for missing; what they have made stays. */
function withoutAnsible(v: PostgresqlValues, version: string, ours: Resource): readonly Resource[] {
  const conf = v.postgresql_conf_dir ?? `/etc/postgresql/${version}/main`;
  return ['/etc/cron.d/ansible_postgresql_backup', `${conf}/conf.d/20ansible_backup.conf`].map((path) =>
    file(path, { absent: true, after: [ours] }),
  );
}

const QUESTION =
  "select case when last_failed_time > coalesce(last_archived_time, '-infinity') then 'failed ' || last_failed_wal else 'archived ' || archived_count end from pg_stat_archiver;";

/** Whether WAL files arrive, and the last base backup worked. */
export function backupChecks(v: PostgresqlValues, host: HostContext): readonly Check[] {
  if (v.postgresql_backup_dir === undefined) return [];
  const server = { superuser: v.postgresql_user_name, port: portOf(v) };
  return [
    {
      id: 'postgresql/backup',
      host: host.name,
      title: `PostgreSQL is backed up to ${v.postgresql_backup_dir}`,
      asks: `systemctl is-failed ${UNIT}; psql -c 'select * from pg_stat_archiver'`,
      script: sh`${psql(QUESTION, server)}
systemctl show -p Result --value -- ${`${UNIT}.service`}`,
      judge({ code, stdout, stderr }) {
        const [archive = '', result = ''] = stdout.trim().split('\n');
        const ok = code === 0 && archive.startsWith('archived') && result === 'success';
        const got =
          [archive, result === 'success' ? '' : `last backup: ${result}`].filter(Boolean).join(', ') ||
          stderr.trim();
        return ok
          ? { ok, got }
          : {
              ok,
              got,
              fix: `ssh ${host.name} journalctl -u ${UNIT} -n 20; the server's own log tells why a WAL file was not copied`,
            };
      },
    },
  ];
}
