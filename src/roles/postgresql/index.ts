/** PostgreSQL: the distribution's server, its configuration, and the reload or restart that a change asks for. */
import { osUser, postgresqlServer } from '../../base/capability.ts';
import { type Script, sh } from '../../base/shell.ts';
import {
  aptPackage,
  aptRepository,
  directory,
  edit,
  file,
  postgresqlRestart,
  type Resource,
  service,
} from '../../resources/index.ts';
import { defineRole, type HostContext } from '../role.ts';
import { backupChecks, declareArchive, declareBackup } from './backup.ts';
import { postgresqlChecks } from './checks.ts';
import { portOf, renderHba, renderSettings, settingsOf } from './config.ts';
import { checkSupported, versionOf } from './supported.ts';
import { type PostgresqlValues, vars } from './vars.ts';

export const postgresql = defineRole({
  name: 'postgresql',
  aliases: ['galaxyproject.postgresql'],
  doc: 'Installs the PostgreSQL server and configures it.',
  vars,

  declare(v, host) {
    checkSupported(v, host);
    const version = versionOf(v, host);
    const packages = declarePackages(v, host, version);
    const files = declareFiles(v, { version, packages });
    const unit = `postgresql@${version}-main.service`;
    const umbrella = service('postgresql.service', { running: null, after: packages });
    const server = service(unit, {
      enabled: null,
      loads: packages.filter(({ name }) => name === `postgresql-${version}`),
      rereads: files.filter((one) => one.kind.name !== 'directory'),
      ready: answers(v),
      after: [umbrella],
    });
    const restart = postgresqlRestart(unit, {
      server: serverOf(v),
      ready: answers(v),
      after: [server],
      provides: [postgresqlServer(host.name)],
    });
    const backup = declareBackup(v, restart, version);
    return [...packages, ...files, umbrella, server, restart, ...backup];
  },

  verify: (v, host) => [...postgresqlChecks(v, host), ...backupChecks(v, host)],
});

function serverOf(v: PostgresqlValues) {
  return { superuser: v.postgresql_user_name, port: portOf(v) };
}

/** A start that has returned has a server that listens, but not always one that lets anybody in yet. */
function answers(v: PostgresqlValues): Script {
  const port = portOf(v) ?? 5432;
  return sh`gd_try=0
until runuser -u ${v.postgresql_user_name} -- pg_isready -q -p ${port}; do
gd_try=$((gd_try + 1)); test "$gd_try" -lt 60 || { runuser -u ${v.postgresql_user_name} -- pg_isready -p ${port} >&2; exit 1; }
sleep 0.5
done`;
}

function declarePackages(v: PostgresqlValues, host: HostContext, version: string): readonly Resource[] {
  const source =
    v.postgresql_flavor === 'pgdg'
      ? [
          aptRepository('pgdg', {
            lines: (v.postgresql_apt_repository ?? '').split('\n').filter(Boolean),
            ...(v.postgresql_apt_key === undefined ? {} : { key: v.postgresql_apt_key }),
          }),
        ]
      : [];
  const server = aptPackage(`postgresql-${version}`, {
    after: source,
    provides: [osUser(host.name, v.postgresql_user_name)],
  });
  const psycopg2 = v.postgresql_install_psycopg2 ? [aptPackage('python3-psycopg2', {})] : [];
  return [...source, server, ...psycopg2];
}

function declareFiles(
  v: PostgresqlValues,
  of: { readonly version: string; readonly packages: readonly Resource[] },
): readonly Resource[] {
  const folder = v.postgresql_conf_dir ?? `/etc/postgresql/${of.version}/main`;
  const owned = { owner: v.postgresql_user_name, group: v.postgresql_user_name, after: of.packages };
  const hba = file(`${folder}/pg_hba.conf`, { content: renderHba(v), mode: '0400', ...owned });
  const settings = settingsOf(v);
  const archive = declareArchive(v, { version: of.version, conf: folder, after: of.packages });
  if (settings === undefined && archive.length === 0) return [hba];
  const included = directory(`${folder}/conf.d`, { ...owned });
  const include = edit(`${folder}/postgresql.conf: include_dir`, {
    path: `${folder}/postgresql.conf`,
    looseFor: v.postgresql_user_name,
    edit: withInclude,
    after: of.packages,
  });
  if (settings === undefined) return [hba, included, include, ...archive];
  const conf = file(`${folder}/conf.d/25ansible_postgresql.conf`, {
    content: renderSettings(settings),
    mode: '0640',
    ...owned,
    after: [...of.packages, included],
  });
  return [hba, included, include, conf, ...archive];
}

/** Debian's file has the line; others have it as a comment, or not at all. */
function withInclude(text: string): string {
  return /^\s*include_dir\s*=?\s*'conf\.d'/m.test(text)
    ? text
    : `${text.replace(/\n?$/, '\n')}include_dir 'conf.d'\n`;
}
