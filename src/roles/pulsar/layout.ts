/** Where Pulsar's things are on the host and whose they are, worked out once from the variables. */
import type { Account } from '../account.ts';
import { groupOf } from '../account.ts';
import type { HostContext } from '../role.ts';
import type { PulsarValues } from './vars.ts';

/** Who Pulsar runs as, and who owns its code. */
export type Layout = {
  readonly user: Account;
  /** Pulsar's own group, which may read app.yml. */
  readonly group: string;
  /** Owner of code and configuration. */
  readonly keeper: string;
  readonly keeperGroup: string;
  /** Directories are open to everybody only where the two users share no group. */
  readonly mode: string;
  readonly unit: string;
  readonly python: string;
  readonly appYml: string;
  readonly serverIni: string;
  readonly localEnv: string;
  /** What starts Pulsar once its queue lets it in. */
  readonly starter: string;
};

/** Works the layout out. */
export function layoutOf(v: PulsarValues, host: HostContext): Layout {
  const user = v.pulsar_user ?? { name: host.facts.loginUser };
  const keeper = v.pulsar_privsep_user;
  const group = groupOf(user, v.pulsar_group, host.facts);
  const keeperGroup = groupOf(keeper, v.pulsar_group, host.facts);
  return {
    user,
    group,
    keeper: keeper.name,
    keeperGroup,
    mode: group === keeperGroup ? '0750' : '0755',
    unit: `${v.pulsar_systemd_service_name}.service`,
    python: `${v.pulsar_venv_dir}/bin/python`,
    appYml: `${v.pulsar_config_dir}/app.yml`,
    serverIni: `${v.pulsar_config_dir}/server.ini`,
    localEnv: `${v.pulsar_config_dir}/local_env.sh`,
    starter: `${v.pulsar_config_dir}/start.py`,
  };
}
