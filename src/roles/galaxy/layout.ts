/** Where Galaxy's things are on the host and whose they are, worked out once from the variables. */
import type { Account } from '../account.ts';
import { groupOf } from '../account.ts';
import type { HostContext } from '../role.ts';
import type { GalaxyValues } from './vars.ts';

export type Layout = {
  readonly user: Account;
  /** The group that may read configuration. */
  readonly group: string;
  /** Owner of code and configuration. */
  readonly keeper: string;
  readonly server: string;
  readonly venv: string;
  readonly config: string;
  readonly mutableConfig: string;
  readonly localTools: string;
  readonly galaxyYml: string;
  /** Files that list tools, beside the admin's. */
  readonly toolConfigs: readonly string[];
};

/** Works the layout out; the variables of an installed Galaxy all have values. */
export function layoutOf(v: GalaxyValues, host: HostContext): Layout {
  const user = v.galaxy_user ?? { name: host.facts.loginUser };
  const config = v.galaxy_config_dir ?? '';
  return {
    user,
    group: groupOf(user, v.galaxy_group, host.facts),
    keeper: v.galaxy_privsep_user.name,
    server: v.galaxy_server_dir ?? '',
    venv: v.galaxy_venv_dir ?? '',
    config,
    mutableConfig: v.galaxy_mutable_config_dir ?? '',
    localTools: v.galaxy_local_tools_dir ?? `${v.galaxy_server_dir ?? ''}/local_tools`,
    galaxyYml: v.galaxy_config_file,
    toolConfigs: [
      ...(v.galaxy_local_tools.length > 0 ? [`${config}/local_tool_conf.xml`] : []),
      ...(v.galaxy_verify_tools ? [`${config}/gatdeploy_tool_conf.xml`] : []),
    ],
  };
}
