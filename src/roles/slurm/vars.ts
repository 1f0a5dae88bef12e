/** The variables of galaxyproject.slurm, under the names and with the defaults that its users know. */
import { z } from 'zod';
import { account } from '../account.ts';
import type { RoleValues } from '../role.ts';
import { bool, listOf, text, word } from '../types.ts';

const option = z.union([word, z.boolean(), z.null()]);
const options = z.record(z.string(), option);
const named = z.intersection(z.object({ name: word }), options);

export const vars = {
  slurm_roles: {
    type: listOf(z.enum(['controller', 'exec', 'dbd'])),
    default: [],
    doc: 'What the host is: `controller`, `exec`, `dbd` (accounting), or several of them. The groups slurmservers, slurmexechosts and slurmdbdservers say the same.',
  },
  slurm_config: {
    type: options,
    default: {},
    doc: "Slurm's options, over those that are always there; yes/no becomes YES/NO, and an empty value takes an option out.",
  },
  slurm_nodes: {
    type: z.array(named),
    default: [],
    doc: 'Nodes, `{name, CPUs, RealMemory, …}`; without any it is `localhost`.',
  },
  slurm_partitions: {
    type: z.array(named),
    default: [],
    doc: 'Partitions, `{name, Nodes, Default, …}`; without any it is `debug` with the first node.',
  },
  slurm_cgroup_config: {
    type: options.optional(),
    doc: 'Options of cgroup.conf; the file is left alone without it.',
  },
  slurm_gres_config: {
    type: z.union([options, z.array(options)]).optional(),
    doc: 'Lines of gres.conf, each a dict; the file is left alone without it.',
  },
  slurm_acct_gather_config: {
    type: options.optional(),
    doc: 'Options of acct_gather.conf; the file is left alone without it.',
  },
  slurmdbd_config: {
    type: z.record(z.string(), z.union([text, z.boolean(), z.null()])).default({}),
    doc: 'Options of slurmdbd.conf, over those that are always there; StoragePass belongs into the vault. Only where `dbd` is among the roles.',
  },
  slurmdbd_manage_database: {
    type: bool,
    default: true,
    doc: 'Install MariaDB and make the database and its user, where StorageHost is this host. Not known to Ansible.',
  },
  slurm_munge_key: {
    type: word.optional(),
    doc: 'File of the project with the key that all hosts of a cluster share; it must be text. One host alone needs none.',
  },
  slurm_configure_munge: { type: bool, default: true, doc: 'Manage munge, by which the hosts trust each other.' },
  slurm_user: { type: account, default: 'slurm', doc: 'Who the controller runs as.' },
  slurm_create_user: {
    type: bool,
    default: false,
    doc: "Create that user; Debian's packages make `slurm` themselves.",
  },
  slurm_create_dirs: {
    type: bool,
    default: false,
    doc: "Make the directories of state, spool and logs; Debian's packages bring the usual ones, and others are made anyway.",
  },
  slurm_rotate_logs: {
    type: bool,
    default: false,
    doc: "Accepted for old repositories; Debian's packages bring the rotation of logs.",
  },
  slurm_upgrade: { type: bool, default: false, doc: 'Upgrade the packages when there are newer ones.' },
  slurm_start_services: { type: bool, default: true, doc: 'Run the daemons and start them at boot.' },
  slurm_config_dir: {
    type: word.optional(),
    doc: 'Where slurm.conf is; default /etc/slurm, and /etc/slurm-llnl before Debian 11 and Ubuntu 22.04.',
  },
  slurmctld_service_name: { type: word, default: 'slurmctld', doc: "The controller's unit." },
  slurmd_service_name: { type: word, default: 'slurmd', doc: "The nodes' unit." },
  slurmdbd_service_name: { type: word, default: 'slurmdbd', doc: "The accounting daemon's unit." },
} as const;

export type SlurmValues = RoleValues<typeof vars>;
export type Options = z.infer<typeof options>;
export type Named = z.infer<typeof named>;
