/** Slurm: a controller that hands out jobs, nodes that run them, and munge, by which they trust each other. */
import { Secret } from '../../base/secret.ts';
import { type Script, sh } from '../../base/shell.ts';
import { aptPackage, directory, file, type Resource, service } from '../../resources/index.ts';
import { declareAccount } from '../account.ts';
import { defineRole, type HostContext } from '../role.ts';
import { declareAccounting } from './accounting.ts';
import { slurmAdvice } from './advice.ts';
import { slurmChecks } from './checks.ts';
import { optionsOf, renderGres, renderOptions, renderSlurmConf } from './config.ts';
import { type Layout, layoutOf } from './layout.ts';
import { type SlurmValues, vars } from './vars.ts';

export const slurm = defineRole({
  name: 'slurm',
  aliases: ['galaxyproject.slurm'],
  doc: 'Makes a host a controller or a node of a Slurm cluster, or the keeper of its accounts, or all of them.',
  vars,

  declare(v, host) {
    const layout = layoutOf(v, host);
    const account = v.slurm_create_user ? declareAccount(v.slurm_user, { comment: 'Slurm' }) : [];
    const packages = declarePackages(v, layout, account);
    const files = declareFiles(v, layout, packages);
    const directories = declareDirectories(v, layout, packages);
    const munge = v.slurm_configure_munge ? declareMunge(v, host, packages) : [];
    const before = [...account, ...packages, ...munge];
    const accounting = layout.isAccounting ? declareAccounting(v, host, { layout, before }) : [];
    const after = [...directories, ...munge, ...accounting];
    const daemons = declareDaemons(v, layout, { loads: [...packages, ...files], after });
    return [...account, ...packages, ...files, ...directories, ...munge, ...accounting, ...daemons];
  },

  verify: slurmChecks,
  advise: slurmAdvice,
});

/** The daemons must not start before slurm.conf is there: the newer ones fail, and the older ones wait for nobody. */
function declarePackages(v: SlurmValues, layout: Layout, account: readonly Resource[]): readonly Resource[] {
  const names = ['munge', 'slurm-client'];
  if (layout.isController) names.push('slurmctld');
  if (layout.isNode) names.push('slurmd');
  const units = [`${v.slurmctld_service_name}.service`, `${v.slurmd_service_name}.service`];
  return names.map((name) =>
    aptPackage(name, {
      latest: v.slurm_upgrade,
      holdUnits: name.startsWith('slurm') ? units : [],
      after: account,
    }),
  );
}

function declareFiles(v: SlurmValues, layout: Layout, after: readonly Resource[]): readonly Resource[] {
  const placed = (name: string, content: string | undefined, mode = '0644'): readonly Resource[] =>
    content === undefined ? [] : [file(`${layout.config}/${name}`, { content, settings: true, mode, after })];
  return [
    ...placed('slurm.conf', renderSlurmConf(v, layout), '0444'),
    ...placed('cgroup.conf', v.slurm_cgroup_config && renderOptions(v.slurm_cgroup_config)),
    ...placed('gres.conf', v.slurm_gres_config && renderGres(v.slurm_gres_config)),
    ...placed('acct_gather.conf', v.slurm_acct_gather_config && renderOptions(v.slurm_acct_gather_config)),
  ];
}

/** The packages bring the usual directories; others have to be made, and all of them on request. */
function declareDirectories(v: SlurmValues, layout: Layout, after: readonly Resource[]): readonly Resource[] {
  const options = optionsOf(v, layout);
  const own = (key: string, usual: string, user: string): readonly Resource[] => {
    const path = options.get(key) ?? usual;
    const isMine = v.slurm_create_dirs || path !== usual;
    return isMine && path.startsWith('/') && !path.includes('%') ? [directory(path, { owner: user, after })] : [];
  };
  return [
    ...(layout.isController ? own('StateSaveLocation', layout.state, layout.user) : []),
    ...(layout.isNode ? own('SlurmdSpoolDir', layout.spool, 'root') : []),
    ...(v.slurm_create_dirs ? [directory(layout.logs, { owner: layout.user, after })] : []),
  ];
}

/** The package makes a key of its own; a cluster of several hosts needs the same one on all of them. */
function declareMunge(v: SlurmValues, host: HostContext, packages: readonly Resource[]): readonly Resource[] {
  const key = v.slurm_munge_key === undefined ? [] : [mungeKey(v.slurm_munge_key, host, packages)];
  const munge = service('munge.service', {
    loads: [...packages.filter(({ name }) => name === 'munge'), ...key],
    ready: sh`timeout 10 sh -c 'until munge -n 2>/dev/null | unmunge >/dev/null 2>&1; do sleep 0.2; done'`,
  });
  return [...key, munge];
}

function mungeKey(path: string, host: HostContext, after: readonly Resource[]): Resource {
  const { content, ...how } = host.readContent(path);
  return file('/etc/munge/munge.key', {
    content: content instanceof Secret ? content : new Secret(content),
    ...how,
    owner: 'munge',
    group: 'munge',
    mode: '0400',
    after,
  });
}

/** A restart ends no job: the controller keeps its state, and jobs outlive the daemon that started them. */
function declareDaemons(
  v: SlurmValues,
  layout: Layout,
  parts: { readonly loads: readonly Resource[]; readonly after: readonly Resource[] },
): readonly Resource[] {
  const options = optionsOf(v, layout);
  const state = v.slurm_start_services ? {} : { running: null, enabled: null };
  const others: Readonly<Record<string, string>> = { slurmctld: 'slurmd', slurmd: 'slurmctld' };
  const daemon = (name: 'slurmctld' | 'slurmd', unit: string, after: readonly Resource[]): Resource =>
    service(`${unit}.service`, {
      ...state,
      loads: parts.loads.filter((one) => one.name !== others[name]),
      ready: listens(unit, options.get(name === 'slurmctld' ? 'SlurmctldPort' : 'SlurmdPort') ?? ''),
      explain: sh`journalctl -u ${unit} -n 20 -o cat --no-pager >&2`,
      after,
    });
  const controller = layout.isController ? [daemon('slurmctld', v.slurmctld_service_name, parts.after)] : [];
  const node = layout.isNode ? [daemon('slurmd', v.slurmd_service_name, [...parts.after, ...controller])] : [];
  return [...controller, ...node];
}

/** A broken slurm.conf ends a daemon only after systemd has called it started. */
function listens(unit: string, port: string): Script {
  return sh`gd_try=0
until test -n "$(ss -Hltn "( sport = :${port.split('-')[0] ?? ''} )")"; do
gd_try=$((gd_try + 1)); sleep 0.25
if ! systemctl is-active -q -- ${unit} || test "$gd_try" -ge 120; then journalctl -u ${unit} -n 20 -o cat --no-pager >&2; exit 1; fi
done`;
}
