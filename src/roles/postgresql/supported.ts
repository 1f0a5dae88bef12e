/** Which PostgreSQL a distribution has, and what is not done. */
import { missingValue, unsupportedValue } from '../errors.ts';
import type { HostContext } from '../role.ts';
import type { PostgresqlValues } from './vars.ts';

/** The major version of the distribution's packages, by its codename. */
const VERSIONS: Readonly<Record<string, string>> = {
  bullseye: '13',
  bookworm: '15',
  trixie: '17',
  focal: '12',
  jammy: '14',
  noble: '16',
};

const role = 'postgresql';

/** The major version that is wanted. @throws GatError var/required */
export function versionOf(v: PostgresqlValues, host: HostContext): string {
  const version = v.postgresql_version ?? VERSIONS[host.facts.codename];
  if (version === undefined)
    throw missingValue(host, {
      role,
      variable: 'postgresql_version',
      why: `which version ${host.facts.distribution} ${host.facts.codename} has is not known`,
      fix: 'set postgresql_version in group_vars: apt-cache policy postgresql tells it',
    });
  return version;
}

/** Refuses what would otherwise be left out in silence. @throws GatError role/unsupported-value, var/required */
export function checkSupported(v: PostgresqlValues, host: HostContext): void {
  if (v.postgresql_backup_dir !== undefined && !/^\/[\w./-]+$/.test(v.postgresql_backup_dir))
    throw unsupportedValue(host, {
      role,
      variable: 'postgresql_backup_dir',
      why: `${v.postgresql_backup_dir} is no directory of the host itself, written without blanks`,
      fix: 'set postgresql_backup_dir to a directory, which may be a mounted one, and copy it elsewhere from there',
    });
  if (v.postgresql_flavor === 'pgdg' && v.postgresql_apt_repository === undefined)
    throw missingValue(host, {
      role,
      variable: 'postgresql_apt_repository',
      why: 'postgresql_flavor is pgdg, so a package source is needed',
      fix: 'set postgresql_apt_repository and postgresql_apt_key in group_vars',
    });
  const own = VERSIONS[host.facts.codename];
  if (v.postgresql_flavor !== 'pgdg' && v.postgresql_version && own && v.postgresql_version !== own)
    throw unsupportedValue(host, {
      role,
      variable: 'postgresql_version',
      why: `${host.facts.codename} has PostgreSQL ${own} only`,
      fix: 'take postgresql_version out, or set postgresql_flavor: pgdg',
    });
}
