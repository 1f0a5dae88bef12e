/** Where a distribution's Slurm keeps its things, what it no longer knows, and what this host is in the cluster. */
import type { HostContext } from '../role.ts';
import type { SlurmValues } from './vars.ts';

/** Distributions whose packages are still called after Slurm's first home. */
const LLNL = new Set(['stretch', 'buster', 'bionic', 'focal']);

/** Distributions with a Slurm before 23.11, which took `select/cons_res` out. */
const WITH_CONS_RES = new Set([...LLNL, 'bullseye', 'jammy', 'bookworm']);

export type Layout = {
  readonly isController: boolean;
  readonly isNode: boolean;
  /** Keeps the accounts of jobs. */
  readonly isAccounting: boolean;
  readonly config: string;
  readonly state: string;
  readonly spool: string;
  readonly logs: string;
  /** The user of the controller, for whom state is kept. */
  readonly user: string;
  readonly knowsConsRes: boolean;
};

/** The places by the host's distribution. */
export function layoutOf(v: SlurmValues, host: HostContext): Layout {
  const name = LLNL.has(host.facts.codename) ? 'slurm-llnl' : 'slurm';
  const isIn = (group: string): boolean => host.hostsOf(group).includes(host.name);
  return {
    isController: v.slurm_roles.includes('controller') || isIn('slurmservers'),
    isNode: v.slurm_roles.includes('exec') || isIn('slurmexechosts'),
    isAccounting: v.slurm_roles.includes('dbd') || isIn('slurmdbdservers'),
    config: v.slurm_config_dir ?? `/etc/${name}`,
    state: `/var/lib/${name}/slurmctld`,
    spool: `/var/lib/${name}/slurmd`,
    logs: `/var/log/${name}`,
    user: v.slurm_user.name,
    knowsConsRes: WITH_CONS_RES.has(host.facts.codename),
  };
}
