/** CernVM-FS client: read-only repositories of reference data, mounted below /cvmfs when somebody looks at them. */
import { cvmfs as cvmfsReady } from '../../base/capability.ts';
import { sh } from '../../base/shell.ts';
import { aptPackage, aptRepository, command, file, type Resource, service } from '../../resources/index.ts';
import { missingValue, unsupportedValue } from '../errors.ts';
import { defineRole, type HostContext } from '../role.ts';
import { cvmfsChecks } from './checks.ts';
import { clientConfig, declareConfig } from './files.ts';
import { type CvmfsValues, vars } from './vars.ts';

const MAP = '/etc/auto.master.d/cvmfs.autofs';

export const cvmfs = defineRole({
  name: 'cvmfs',
  aliases: ['galaxyproject.cvmfs'],
  doc: 'Makes a host a client of CernVM-FS repositories, such as those with reference data for Galaxy.',
  vars,

  declare(v, host) {
    if (!isClient(v, host)) return [];
    refuseUnsupported(v, host);
    const packages = declarePackages(v, host);
    const config = declareConfig(v, clientConfig(v), packages);
    const setup = command('cvmfs_config setup', {
      run: sh`cvmfs_config setup nostart`,
      unless: sh`grep -qs '^/cvmfs' ${MAP} /etc/auto.master`,
      after: [...packages, ...config],
    });
    const map = file(MAP, { after: [setup] });
    const autofs = service('autofs.service', {
      rereads: [map, ...config.filter((one) => one.kind.name === 'file' && !one.props.absent)],
      reload: sh`systemctl reload autofs.service; timeout -k 5 120 cvmfs_config reload`,
      provides: [cvmfsReady(host.name)],
    });
    return [...packages, ...config, setup, map, autofs];
  },

  verify: (v, host) => (isClient(v, host) ? cvmfsChecks(v, host) : []),

  advise: (v, host) =>
    isClient(v, host)
      ? []
      : [
          {
            code: 'cvmfs/no-client',
            variable: 'cvmfs_role',
            position: host.positionOf('cvmfs_role'),
            text: `${host.name} gets no CernVM-FS: cvmfs_role is not client and it is not in the group cvmfsclients`,
            fix: 'set cvmfs_role: client, in group_vars/all.yml for both Galaxy and Pulsar',
          },
        ],
});

function isClient(v: CvmfsValues, host: HostContext): boolean {
  return v.cvmfs_role === 'client' || host.hostsOf('cvmfsclients').includes(host.name);
}

function refuseUnsupported(v: CvmfsValues, host: HostContext): void {
  const variable = (
    [
      'cvmfs_preload_install',
      'cvmfs_install_setuid_cvmfs_wipecache',
      'cvmfs_install_setuid_cvmfs_remount_sync',
    ] as const
  ).find((name) => v[name]);
  if (variable === undefined) return;
  const why = vars[variable].doc;
  throw unsupportedValue(host, { role: 'cvmfs', variable, why, fix: `set ${variable}: false` });
}

/** autofs comes with cvmfs; it must not start before it knows its map. */
function declarePackages(v: CvmfsValues, host: HostContext): readonly Resource[] {
  const repository = declareRepository(v, host);
  const before = v.cvmfs_config_package
    ? [aptPackage(v.cvmfs_config_package, { latest: v.cvmfs_upgrade_client, after: repository })]
    : [];
  const client = aptPackage('cvmfs', {
    latest: v.cvmfs_upgrade_client,
    holdUnits: ['autofs.service'],
    after: [...repository, ...before],
  });
  return [aptPackage('ca-certificates', {}), ...repository, ...before, client];
}

function declareRepository(v: CvmfsValues, host: HostContext): readonly Resource[] {
  const place = v.cvmfs_apt_repository;
  if (place === undefined) {
    throw missingValue(host, {
      role: 'cvmfs',
      variable: 'cvmfs_apt_repository',
      near: 'cvmfs_role',
      why: 'Debian has no package cvmfs, and gatdeploy names no host that it could come from',
      fix: "set cvmfs_apt_repository and cvmfs_apt_key to the URL and key of CernVM's apt repository, or cvmfs_apt_repository: '' where the host has it already",
    });
  }
  if (place === '') return [];
  const line = place.startsWith('deb ') ? place : `deb ${place} ${v.cvmfs_apt_suite} ${v.cvmfs_apt_component}`;
  return [
    aptRepository('cernvm', { lines: [line], ...(v.cvmfs_apt_key === undefined ? {} : { key: v.cvmfs_apt_key }) }),
  ];
}
