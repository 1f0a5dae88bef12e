/** Galaxy, as far as it goes today: its user, its directories and its configuration files. */
import { directory, file, type Resource } from '../../resources/index.ts';
import { type Account, declareAccount, groupOf } from '../account.ts';
import { modeOf } from '../mode.ts';
import { defineRole, type HostContext } from '../role.ts';
import { resolverFiles } from './resolver-files.ts';
import { type GalaxyValues, vars } from './vars.ts';

export const galaxy = defineRole({
  name: 'galaxy',
  aliases: ['galaxyproject.galaxy'],
  doc: "Places Galaxy's configuration; Galaxy itself is not installed yet.",
  vars,

  declare(v, host) {
    const user = v.galaxy_user ?? { name: host.facts.loginUser };
    const accounts = v.galaxy_create_user
      ? declareAccount(user, { group: v.galaxy_group, comment: 'Galaxy' })
      : [];
    return [...accounts, ...declareDirectories(v, user), ...declareFiles(v, host, user)];
  },

  advise: (_v, host) => [
    {
      code: 'galaxy/not-installed',
      position: undefined,
      text: `Galaxy itself is not installed on ${host.name} by this version: its user, directories and configuration are`,
      fix: 'install and start Galaxy as before; its configuration is in place',
    },
  ],
});

/** Code and configuration are the keeper's, readable by Galaxy's group; the rest is Galaxy's. */
function declareDirectories(v: GalaxyValues, user: Account): readonly Resource[] {
  if (!v.galaxy_manage_paths) return [];
  const group = groupOf(user, v.galaxy_group);
  const mode = v.galaxy_group ? '0750' : '0755';
  const kept = [v.galaxy_config_dir, v.galaxy_local_tools_dir, ...v.galaxy_extra_privsep_dirs];
  const own = [
    v.galaxy_mutable_data_dir,
    v.galaxy_mutable_config_dir,
    v.galaxy_cache_dir,
    v.galaxy_shed_tools_dir,
    v.galaxy_tool_data_path,
    v.galaxy_tool_dependency_dir,
    v.galaxy_file_path,
    v.galaxy_job_working_directory,
    v.galaxy_log_dir,
    ...v.galaxy_extra_dirs,
  ];
  const made = (paths: readonly (string | null | undefined)[], owner: string): readonly Resource[] =>
    [...new Set(paths)].flatMap((path) => (path ? [directory(path, { owner, group, mode })] : []));
  return [
    ...(v.galaxy_root ? [directory(v.galaxy_root, {})] : []),
    ...made(kept, v.galaxy_privsep_user.name),
    ...made(own, user.name),
  ];
}

function declareFiles(v: GalaxyValues, host: HostContext, user: Account): readonly Resource[] {
  const owner = v.galaxy_privsep_user.name;
  const closed = { owner, group: groupOf(user, v.galaxy_group), mode: modeOf(v.galaxy_config_perms) };
  const open = { ...closed, mode: modeOf(v.galaxy_config_perms_public) };
  return [
    ...v.galaxy_config_templates.map(({ src, dest }) =>
      file(dest, { content: host.renderTemplate(src), ...closed }),
    ),
    ...v.galaxy_config_files.map(({ src, dest }) => file(dest, { content: host.readFile(src), ...closed })),
    ...v.galaxy_config_files_public.map(({ src, dest }) => file(dest, { content: host.readFile(src), ...open })),
    ...resolverFiles(v),
  ];
}
