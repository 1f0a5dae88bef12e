/** How repositories are mounted: by autofs when somebody looks at them, or by fstab. See autofs(8), systemd.mount(5). */
import { cvmfs as cvmfsReady } from '../../base/capability.ts';
import { sh } from '../../base/shell.ts';
import { command, edit, file, type Resource, service } from '../../resources/index.ts';
import type { HostContext } from '../role.ts';
import { repositoriesToProbe } from './checks.ts';
import type { CvmfsValues } from './vars.ts';

const MAP = '/etc/auto.master.d/cvmfs.autofs';
const FSTAB = '/etc/fstab';

type Parts = { readonly packages: readonly Resource[]; readonly config: readonly Resource[] };

const RELOAD = sh`timeout -k 5 120 cvmfs_config reload`;

/** Declares the mounts; what they are configured with is read again when it changes. */
export function declareMounts(v: CvmfsValues, host: HostContext, parts: Parts): readonly Resource[] {
  return v.cvmfs_mount_method === 'fstab' ? byFstab(v, host, parts) : byAutofs(host, parts);
}

function byAutofs(host: HostContext, { packages, config }: Parts): readonly Resource[] {
  const setup = command('cvmfs_config setup', {
    run: sh`cvmfs_config setup nostart`,
    unless: sh`grep -qs '^/cvmfs' ${MAP} /etc/auto.master`,
    after: [...packages, ...config],
  });
  const map = file(MAP, { after: [setup] });
  const lines = edit(`${FSTAB}: no repositories of ours`, {
    path: FSTAB,
    optional: true,
    looseFor: 'root',
    edit: (text) => withMounts(text, []),
  });
  const autofs = service('autofs.service', {
    rereads: [map, ...settingsOf(config)],
    reload: sh`systemctl reload autofs.service; ${RELOAD}`,
    after: [lines],
    provides: [cvmfsReady(host.name)],
  });
  return [setup, map, lines, autofs];
}

/** Each line of fstab is a unit to systemd, so that a mount is started, watched and read again as a service is. */
function byFstab(v: CvmfsValues, host: HostContext, { packages, config }: Parts): readonly Resource[] {
  const repositories = v.cvmfs_fstab_repositories ?? repositoriesToProbe(v);
  const map = file(MAP, { absent: true, after: packages });
  const autofs = service('autofs.service', { running: false, enabled: false, after: [map, ...packages] });
  const lines = edit(`${FSTAB}: repositories`, {
    path: FSTAB,
    create: true,
    looseFor: 'root',
    edit: (text) => withMounts(text, repositories),
    after: [...packages, ...config, autofs],
  });
  const mounts = repositories.map((repository) =>
    service(mountUnit(repository), {
      enabled: null,
      rereads: settingsOf(config),
      reload: RELOAD,
      after: [lines],
      provides: [cvmfsReady(host.name)],
    }),
  );
  return [map, autofs, lines, ...mounts];
}

function settingsOf(config: readonly Resource[]): readonly Resource[] {
  return config.filter((one) => one.kind.name === 'file' && !one.props.absent);
}

/** How lines of ours are known; mount(8) leaves options that begin with `x-` to others. */
const MARK = 'x-gatdeploy';

/** Puts the lines of these repositories in the place of ours, and of others' for the same mount points. */
export function withMounts(text: string, repositories: readonly string[]): string {
  const wanted = repositories.map((one) => `${one} /cvmfs/${one} cvmfs defaults,_netdev,nodev,${MARK} 0 0`);
  const points = new Set(repositories.map((one) => `/cvmfs/${one}`));
  const lines = text.split('\n').filter((line) => line !== '');
  const others = lines.filter((line) => {
    const [device = '', point = '', , options = ''] = line.trim().split(/\s+/);
    return device.startsWith('#') || !(points.has(point) || options.split(',').includes(MARK));
  });
  const has = lines.filter((line) => !others.includes(line));
  if (has.length === wanted.length && wanted.every((line) => has.includes(line))) return text;
  return [...others, ...wanted].map((line) => `${line}\n`).join('');
}

/** The unit of a mount point: `/cvmfs/refgenomes-databio.example.org` has its dashes escaped. See systemd-escape(1). */
export function mountUnit(repository: string): string {
  const escaped = repository.replace(/[^A-Za-z0-9:_.]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`);
  return `cvmfs-${escaped}.mount`;
}
