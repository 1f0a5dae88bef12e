/** The texts of Slurm's configuration files. See slurm.conf(5), cgroup.conf(5), gres.conf(5). */
import type { Layout } from './layout.ts';
import type { Named, Options, SlurmValues } from './vars.ts';

/** The first line of each file. */
export const NOTICE = '# Written by gatdeploy; changes made here are undone by the next apply.\n';

/** All options of slurm.conf by name, without those that were taken out. */
export function optionsOf(v: SlurmValues, layout: Layout): ReadonlyMap<string, string> {
  const merged = { ...defaults(layout), ...v.slurm_config };
  const controller: Options =
    'ControlMachine' in merged || Object.keys(merged).some((key) => key.startsWith('SlurmctldHost'))
      ? {}
      : { SlurmctldHost: 'localhost' };
  const shown = Object.entries({ ...merged, ...controller }).flatMap(([key, value]): [string, string][] =>
    value === null ? [] : [[key, optionValue(value)]],
  );
  const options = new Map(shown.sort(([a], [b]) => byName(a, b)));
  if (!layout.knowsConsRes && options.get('SelectType') === 'select/cons_res')
    options.set('SelectType', 'select/cons_tres');
  return options;
}

/** What there is without the admin saying so. A node that comes back after an outage is used again. */
function defaults(layout: Layout): Options {
  return {
    AuthType: 'auth/munge',
    ClusterName: 'cluster',
    CryptoType: 'crypto/munge',
    ProctrackType: 'proctrack/pgid',
    ReturnToService: '1',
    SlurmUser: layout.user,
    SlurmctldLogFile: `${layout.logs}/slurmctld.log`,
    SlurmctldPidFile: '/run/slurmctld.pid',
    SlurmctldPort: '6817',
    SlurmdLogFile: `${layout.logs}/slurmd.log`,
    SlurmdPidFile: '/run/slurmd.pid',
    SlurmdPort: '6818',
    SlurmdSpoolDir: layout.spool,
    StateSaveLocation: layout.state,
  };
}

/** The nodes, of which there is always one. */
export function nodesOf(v: SlurmValues): readonly Named[] {
  return v.slurm_nodes.length > 0 ? v.slurm_nodes : [{ name: 'localhost', State: 'UNKNOWN' }];
}

/** Renders slurm.conf. */
export function renderSlurmConf(v: SlurmValues, layout: Layout): string {
  const nodes = nodesOf(v);
  const first = nodes[0]?.name ?? 'localhost';
  const partitions =
    v.slurm_partitions.length > 0
      ? v.slurm_partitions
      : [{ name: 'debug', Default: 'YES', Nodes: first, State: 'UP' }];
  const lines = [
    ...[...optionsOf(v, layout)].map(([key, value]) => `${key}=${value}`),
    ...nodes.map((one) => namedLine('NodeName', one)),
    ...partitions.map((one) => namedLine('PartitionName', one)),
  ];
  return `${NOTICE}${lines.map((line) => `${line}\n`).join('')}`;
}

/** Renders a file with an option a line. In these files Slurm's own examples, and Ansible's role, write `yes` and `no`. */
export function renderOptions(options: Options): string {
  return `${NOTICE}${words(options, ['yes', 'no'])
    .sort(byName)
    .map((word) => `${word}\n`)
    .join('')}`;
}

/** Renders gres.conf: from a dict an option a line, from a list a resource a line. */
export function renderGres(config: Options | readonly Options[]): string {
  if (!Array.isArray(config)) return renderOptions(config as Options);
  return `${NOTICE}${config.map((one: Options) => `${words(one).join(' ')}\n`).join('')}`;
}

function namedLine(keyword: string, { name, ...options }: Named): string {
  return [`${keyword}=${name}`, ...words(options).sort(byName)].join(' ');
}

function words(options: Options, truth: Truth = ['YES', 'NO']): string[] {
  return Object.entries(options).flatMap(([key, value]) =>
    value === null ? [] : [`${key}=${optionValue(value, truth)}`],
  );
}

type Truth = readonly [yes: string, no: string];

function optionValue(value: string | boolean, [yes, no]: Truth = ['YES', 'NO']): string {
  return typeof value === 'boolean' ? (value ? yes : no) : value;
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en');
}
