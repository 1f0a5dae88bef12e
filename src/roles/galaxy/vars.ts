/** The variables of galaxyproject.galaxy, under the names and with the defaults that its users know. */
import { z } from 'zod';
import { account, groupAccount } from '../account.ts';
import { sitesVar } from '../pulsar-sites.ts';
import type { RoleValues } from '../role.ts';
import { bool, dict, listOf, raw, word } from '../types.ts';
import { installVars, placed } from './install-vars.ts';
import { layoutVars } from './layout-vars.ts';

export const vars = {
  ...layoutVars,
  ...installVars,
  pulsar_sites: sitesVar,
  galaxy_user: {
    type: account.optional(),
    doc: 'Who Galaxy runs as: a name or `{name, uid, home, shell, …}`; default the login user.',
  },
  galaxy_create_user: { type: bool, default: false, doc: 'Create that user, as a system account with a home.' },
  galaxy_group: {
    type: groupAccount.optional(),
    doc: "A group shared by Galaxy's and the privilege-separated user.",
  },
  galaxy_privsep_user: {
    type: account,
    default: 'root',
    doc: 'Who owns code and configuration, so that jobs cannot change them.',
  },
  galaxy_separate_privileges: {
    type: bool,
    default: false,
    doc: 'Accepted for old repositories; code and configuration belong to `galaxy_privsep_user` either way.',
  },
  galaxy_manage_paths: { type: bool, default: false, doc: "Make Galaxy's directories." },
  galaxy_extra_dirs: { type: listOf(word), default: [], doc: "Further directories that belong to Galaxy's user." },
  galaxy_extra_privsep_dirs: {
    type: listOf(word),
    default: [],
    doc: 'Further directories that belong to `galaxy_privsep_user`.',
  },
  galaxy_config: { type: dict, default: {}, raw: true, doc: "Galaxy's own options, section by section." },
  galaxy_config_files: {
    type: z.array(placed),
    default: [],
    doc: 'Files of the project that are copied, `{src, dest}`.',
  },
  galaxy_config_files_public: {
    type: z.array(placed),
    default: [],
    doc: 'The same for files that everybody may read.',
  },
  galaxy_config_templates: {
    type: z.array(placed),
    default: [],
    doc: 'Templates of the project that are rendered, `{src, dest}`.',
  },
  galaxy_config_perms: {
    type: z.union([word, z.number()]),
    default: '0640',
    doc: 'Mode of configuration files; they hold passwords.',
  },
  galaxy_config_perms_public: {
    type: z.union([word, z.number()]),
    default: '0644',
    doc: 'Mode of `galaxy_config_files_public`.',
  },
  galaxy_job_metrics_plugins: {
    type: raw.optional(),
    raw: true,
    doc: 'Job metrics plugins; the file is left alone without it.',
  },
  galaxy_dependency_resolvers: {
    type: raw.optional(),
    raw: true,
    doc: 'Dependency resolvers; the file is left alone without it.',
  },
  galaxy_container_resolvers: {
    type: raw.optional(),
    raw: true,
    doc: 'Container resolvers; the file is left alone without it.',
  },
} as const;

export type GalaxyValues = RoleValues<typeof vars>;
