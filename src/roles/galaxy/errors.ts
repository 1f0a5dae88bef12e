/** What can be wrong with Galaxy's variables. */
import type { GatError } from '../../base/errors.ts';
import { missingValue, unsupportedValue } from '../errors.ts';
import type { HostContext } from '../role.ts';
import { partOf, textOf } from './dicts.ts';
import type { GalaxyValues } from './vars.ts';

const role = 'galaxy';

/** `galaxy_install_method: git` needs a repository. */
export function noRepository(host: HostContext): GatError {
  return missingValue(host, {
    role,
    variable: 'galaxy_repo',
    why: 'galaxy_install_method is git, so there must be a repository to clone',
    fix: 'set galaxy_repo in group_vars, or galaxy_install_method: pypi',
  });
}

/** Refuses what would otherwise be left out in silence. @throws GatError role/unsupported-value */
export function checkSupported(v: GalaxyValues, host: HostContext): void {
  const refuse = (variable: string, why: string, fix: string): never => {
    throw unsupportedValue(host, { role, variable, why, fix });
  };
  checkPlaces(v, host);
  if (v.galaxy_systemd_mode !== 'gravity')
    refuse(
      'galaxy_systemd_mode',
      'uWSGI and its mules ended with Galaxy 22.05',
      'take galaxy_systemd_mode out, or set galaxy_install_method: existing',
    );
  if (!v.galaxy_systemd_root)
    refuse('galaxy_systemd_root', "units of a user's own systemd are not managed", 'take galaxy_systemd_root out');
  if (!/^ya?ml$/.test(v.galaxy_config_style))
    refuse('galaxy_config_style', 'only galaxy.yml is written', 'take galaxy_config_style out');
}

const TWICE = ['file_path', 'job_working_directory', 'tool_dependency_dir'] as const;

/** A directory that a variable and galaxy.yml place differently. @throws GatError role/unsupported-value */
function checkPlaces(v: GalaxyValues, host: HostContext): void {
  const galaxy = partOf(v.galaxy_config, 'galaxy');
  for (const key of TWICE) {
    const given = textOf(galaxy, key);
    const variable = `galaxy_${key}` as const;
    if (given === undefined || v[variable] === undefined || v[variable] === given) continue;
    throw unsupportedValue(host, {
      role,
      variable,
      why: `it is ${v[variable]}, but galaxy_config.galaxy.${key} is ${given}`,
      fix: `take one of them out: ${variable}, or ${key} in galaxy_config`,
    });
  }
}

/** Units are written for systemd only. */
export function supervisorUnsupported(host: HostContext, manager: string): GatError {
  return unsupportedValue(host, {
    role,
    variable: 'galaxy_config',
    why: `gravity.process_manager is ${manager}; gatdeploy runs Galaxy by units of systemd`,
    fix: 'set process_manager: systemd in galaxy_config.gravity, as the training does since 2023',
  });
}

/** gravity, which writes the units as root, has to know whose Galaxy is. */
export function gravityWithoutUser(host: HostContext, user: string): GatError {
  return unsupportedValue(host, {
    role,
    variable: 'galaxy_config',
    why: 'its section gravity takes the place of all defaults, and has no galaxy_user, without which gravity writes no units',
    fix: `add galaxy_user: ${user} to galaxy_config.gravity, and galaxy_root, virtualenv and gunicorn.bind as the training does`,
  });
}
