/** CernVM-FS client: read-only repositories of reference data, mounted below /cvmfs when somebody looks at them. */
import { sh } from '../../base/shell.ts';
import { aptPackage, aptRepository, command, download, file, type Resource } from '../../resources/index.ts';
import type { Advice } from '../advice.ts';
import { missingValue, unsupportedValue } from '../errors.ts';
import { defineRole, type HostContext } from '../role.ts';
import { cvmfsChecks } from './checks.ts';
import { clientConfig, declareConfig } from './files.ts';
import { declareMounts } from './mounts.ts';
import { type CvmfsValues, vars } from './vars.ts';

export const cvmfs = defineRole({
  name: 'cvmfs',
  aliases: ['galaxyproject.cvmfs'],
  doc: 'Makes a host a client of CernVM-FS repositories, such as those with reference data for Galaxy.',
  vars,

  declare(v, host) {
    if (!isClient(v, host)) return [];
    refuseUnsupported(v, host);
    const packages = declarePackages(v);
    const config = declareConfig(v, clientConfig(v), packages);
    const mounts = declareMounts(v, host, { packages, config });
    return [...packages, ...config, ...mounts, ...declarePrograms(v, host, packages)];
  },

  verify: (v, host) => (isClient(v, host) ? cvmfsChecks(v, host) : []),

  advise(v, host) {
    if (!isClient(v, host)) return [noClient(host)];
    return v.cvmfs_apt_repository === undefined ? [noSource(host)] : [];
  },
});

function noClient(host: HostContext): Advice {
  return {
    code: 'cvmfs/no-client',
    variable: 'cvmfs_role',
    position: host.positionOf('cvmfs_role'),
    text: `${host.name} gets no CernVM-FS: cvmfs_role is not client and it is not in the group cvmfsclients`,
    fix: 'set cvmfs_role: client, in group_vars/all.yml for both Galaxy and Pulsar',
  };
}

/** Ansible's role brings the repository's address and key along; gatdeploy names no host that packages could come from. */
function noSource(host: HostContext): Advice {
  return {
    code: 'cvmfs/package-source',
    variable: 'cvmfs_apt_repository',
    position: host.positionOf('cvmfs_role'),
    text: `Debian has no package cvmfs, and nothing says where ${host.name} gets it from unless a source of its own has it`,
    fix: "set cvmfs_apt_repository and cvmfs_apt_key to the URL and key of CernVM's apt repository, or cvmfs_apt_repository: '' where the host has it already",
  };
}

function isClient(v: CvmfsValues, host: HostContext): boolean {
  return v.cvmfs_role === 'client' || host.hostsOf('cvmfsclients').includes(host.name);
}

function refuseUnsupported(v: CvmfsValues, host: HostContext): void {
  const variable = (
    ['cvmfs_install_setuid_cvmfs_wipecache', 'cvmfs_install_setuid_cvmfs_remount_sync'] as const
  ).find((name) => v[name]);
  if (variable === undefined) return;
  const why = vars[variable].doc;
  throw unsupportedValue(host, { role: 'cvmfs', variable, why, fix: `set ${variable}: false` });
}

/** Programs beside the client: one that some sites want, and two that nobody should have. */
function declarePrograms(v: CvmfsValues, host: HostContext, after: readonly Resource[]): readonly Resource[] {
  const gone = ['cvmfs_wipecache', 'cvmfs_remount_sync'].map((name) =>
    file(`/usr/local/bin/${name}`, { absent: true }),
  );
  if (!v.cvmfs_preload_install) return gone;
  const url = v.cvmfs_preload_url;
  if (url === undefined) {
    throw missingValue(host, {
      role: 'cvmfs',
      variable: 'cvmfs_preload_url',
      near: 'cvmfs_preload_install',
      why: 'gatdeploy names no host that the program could come from',
      fix: "set cvmfs_preload_url to the URL of cvmfs_preload in CernVM's repository",
    });
  }
  return [...gone, download(`${v.cvmfs_preload_path}/cvmfs_preload`, { url, mode: '0755', owner: 'root', after })];
}

/** A package by its name, or by its URL: then its name is the beginning of the file's. */
function declareConfigPackage(v: CvmfsValues, after: readonly Resource[]): readonly Resource[] {
  const wanted = v.cvmfs_config_package;
  if (!wanted) return [];
  if (!/^(?:https?|file):/.test(wanted)) return [aptPackage(wanted, { latest: v.cvmfs_upgrade_client, after })];
  const curl = aptPackage('curl', {});
  const name = wanted.slice(wanted.lastIndexOf('/') + 1).replace(/(?:_.*)?\.deb$/, '');
  const install = command(`install ${name}`, {
    lane: 'apt',
    unless: sh`test "$(dpkg-query -W -f '\${db:Status-Status}' ${name})" = installed`,
    run: sh`gd_deb=$(mktemp -d /run/gatdeploy.XXXXXXXX)
trap 'rm -rf -- "$gd_deb"' EXIT
curl -fsSL -m 300 -o "$gd_deb/package.deb" -- ${wanted}
DEBIAN_FRONTEND=noninteractive apt-get install -y -q -o DPkg::Lock::Timeout=300 "$gd_deb/package.deb"`,
    after: [curl, ...after],
  });
  return [curl, install];
}

/** autofs comes with cvmfs; it must not start before it knows its map. */
function declarePackages(v: CvmfsValues): readonly Resource[] {
  const repository = declareRepository(v);
  const before = declareConfigPackage(v, repository);
  const client = aptPackage('cvmfs', {
    latest: v.cvmfs_upgrade_client,
    holdUnits: ['autofs.service'],
    after: [...repository, ...before],
  });
  return [aptPackage('ca-certificates', {}), ...repository, ...before, client];
}

/** The package's source; the host's own ones where the variables name none. */
function declareRepository(v: CvmfsValues): readonly Resource[] {
  const place = v.cvmfs_apt_repository;
  if (!place) return [];
  const line = place.startsWith('deb ') ? place : `deb ${place} ${v.cvmfs_apt_suite} ${v.cvmfs_apt_component}`;
  return [
    aptRepository('cernvm', { lines: [line], ...(v.cvmfs_apt_key === undefined ? {} : { key: v.cvmfs_apt_key }) }),
  ];
}
