/** The variables of galaxyproject.miniconda and uchida.miniconda, which share names but not all meanings. */
import { z } from 'zod';
import { checksum } from '../fetched.ts';
import type { RoleValues } from '../role.ts';
import { bool, listOf, word } from '../types.ts';

const environment = z.strictObject({
  packages: listOf(word).optional(),
  channels: listOf(word).optional(),
  copy: bool.optional(),
});

const installer = {
  miniconda_installer_url: {
    type: word.optional(),
    doc: 'Where the installer is fetched from: the folder of all installers, or one whose name ends in `.sh`. Not known to Ansible.',
  },
  miniconda_installer_checksum: {
    type: checksum,
    default: '',
    doc: 'The installer must have this checksum, `sha256:…`.',
  },
  miniconda_owner: {
    type: word.optional(),
    doc: 'Who conda belongs to; default the `become_user` of the role in the playbook, else root. Not known to Ansible.',
  },
  miniconda_manage_dependencies: {
    type: bool,
    default: true,
    doc: 'Install tar, bzip2 and curl, which the installer needs.',
  },
} as const;

/** What galaxyproject.miniconda takes: `miniconda_version` is a version of the package conda. */
export const vars = {
  miniconda_prefix: { type: word, doc: 'Where conda goes.' },
  miniconda_version: {
    type: word,
    default: 'latest',
    doc: 'Version of the package `conda` that is installed; `latest` keeps the one that the installer brings.',
  },
  miniconda_distribution: {
    type: z.enum(['miniconda', 'miniforge']),
    default: 'miniconda',
    doc: 'Whose installer it is, by which its name is made.',
  },
  miniconda_install: {
    type: bool,
    default: true,
    doc: 'Install conda where it is missing; without it conda has to be there.',
  },
  miniconda_update: {
    type: bool,
    default: true,
    doc: 'Bring the package `conda` to `miniconda_version`; without it the version stays as it is.',
  },
  miniconda_installer: { type: word.optional(), doc: 'Name of the installer, where it is another.' },
  miniconda_installer_version: { type: word, default: 'latest', doc: 'Version in the name of the installer.' },
  miniconda_installer_python: {
    type: word.optional(),
    doc: 'Python in the name of the installer, such as `3.9`, `39` or `py39`; only with a version.',
  },
  miniconda_channels: {
    type: listOf(word),
    default: [],
    doc: "Channels that packages come from, and no others; without any it is the installer's own choice.",
  },
  miniconda_base_env_packages: { type: listOf(word), default: [], doc: 'Further packages beside conda itself.' },
  miniconda_conda_environments: {
    type: z.record(z.string(), environment),
    default: {},
    doc: 'Environments by name or path, `{packages, channels, copy}`.',
  },
  galaxy_conda_create_env: {
    type: bool,
    default: false,
    doc: "Make an environment for Galaxy's virtual environment.",
  },
  galaxy_conda_env: { type: word, default: '_galaxy_', doc: 'Name of that environment.' },
  galaxy_conda_env_channels: {
    type: listOf(word),
    default: ['conda-forge', 'defaults'],
    doc: 'Channels of that environment.',
  },
  galaxy_conda_env_packages: {
    type: listOf(word),
    default: ['python=3.6', 'pip>=9', 'virtualenv>=16'],
    doc: 'Packages of that environment; they are installed when it is made.',
  },
  ...installer,
} as const;

/** What uchida.miniconda takes: `miniconda_version` is the version of the installer. */
export const uchidaVars = {
  miniconda_prefix: { type: word, default: '~/miniconda3', doc: 'Where conda goes.' },
  miniconda_version: {
    type: word,
    default: '3.16.0',
    doc: 'Version of the installer, such as 4.7.12, `py39_4.12.0` or `latest`.',
  },
  miniconda_python: { type: word, default: '3', doc: 'Number in the name of the installer.' },
  miniconda_installer: { type: word.optional(), doc: 'Name of the installer, where it is another.' },
  miniconda_update_conda: { type: bool, default: false, doc: 'Has no effect: conda stays as it was installed.' },
  miniconda_env: {
    type: z.union([word, z.null(), z.record(z.string(), z.unknown())]),
    default: '',
    doc: 'Has no effect.',
  },
  ...installer,
} as const;

export type MinicondaValues = RoleValues<typeof vars>;
export type UchidaValues = RoleValues<typeof uchidaVars>;
export type Environment = z.infer<typeof environment>;
