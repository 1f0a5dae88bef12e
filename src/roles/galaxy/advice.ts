/** What works, but not as its author thinks. */
import type { Advice } from '../advice.ts';
import type { HostContext } from '../role.ts';
import { partOf } from './dicts.ts';
import { belongToMissingCode } from './rules.ts';
import type { GalaxyValues } from './vars.ts';

/** Looks for what is known to surprise. */
export function galaxyAdvice(v: GalaxyValues, host: HostContext): readonly Advice[] {
  return v.galaxy_install_method === 'existing'
    ? [notInstalled(host), ...rulesLeftOut(v, host)]
    : [...ofKeys(v, host), ...ofGit(v, host)];
}

function rulesLeftOut(v: GalaxyValues, host: HostContext): readonly Advice[] {
  if (!belongToMissingCode(v)) return [];
  return [
    {
      code: 'galaxy/rules-left-out',
      variable: 'galaxy_dynamic_job_rules',
      position: host.positionOf('galaxy_dynamic_job_rules'),
      text: `rules for jobs are not placed, as ${v.galaxy_dynamic_job_rules_dir} is in Galaxy's code, which gatdeploy does not install here`,
      fix: 'set galaxy_install_method: git, or galaxy_dynamic_job_rules_dir to a directory of their own that is in the PYTHONPATH of Galaxy',
    },
  ];
}

function notInstalled(host: HostContext): Advice {
  return {
    code: 'galaxy/not-installed',
    position: undefined,
    text: `Galaxy itself is not installed on ${host.name}: its user, directories and configuration files are`,
    fix: 'set galaxy_install_method: pypi (or git) to have it installed and run; a Galaxy that runs there is reloaded when these files change',
  };
}

/** Options of galaxy.yml without which something is open or does not work. */
function ofKeys(v: GalaxyValues, host: HostContext): readonly Advice[] {
  const galaxy = partOf(v.galaxy_config, 'galaxy');
  const position = host.positionOf('galaxy_config');
  const missing = (code: string, key: string, text: string, fix: string): readonly Advice[] =>
    galaxy.has(key) ? [] : [{ code, variable: 'galaxy_config', position, text, fix }];
  return [
    ...missing(
      'galaxy/id-secret',
      'id_secret',
      'galaxy_config.galaxy.id_secret is not set, so ids and the keys of jobs are made with a secret that everybody knows',
      'make one with openssl rand -hex 24, and keep it in the vault',
    ),
    ...missing(
      'galaxy/no-infrastructure-url',
      'galaxy_infrastructure_url',
      'galaxy_config.galaxy.galaxy_infrastructure_url is not set, so Pulsar may not find the way back',
      'set it to the address of Galaxy as others see it',
    ),
  ];
}

function ofGit(v: GalaxyValues, host: HostContext): readonly Advice[] {
  if (v.galaxy_install_method !== 'git' || !v.galaxy_build_client || v.galaxy_client_use_prebuilt) return [];
  return [
    {
      code: 'galaxy/client',
      variable: 'galaxy_build_client',
      position: host.positionOf('galaxy_build_client'),
      text: 'the web client is not built from a checkout by gatdeploy',
      fix: 'set galaxy_client_use_prebuilt: true, which takes it from its package; a build of one needs Node and 4 GB of memory: make client-production-maintainer in galaxy_server_dir',
    },
  ];
}
