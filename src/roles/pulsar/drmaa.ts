/** Managers that give jobs to a cluster by DRMAA need the cluster's library, which Debian has for none of the usual ones. */
import { isDict, type Scalar, type Value } from '../../base/value.ts';
import { managerNames } from './app-config.ts';
import type { PulsarValues } from './vars.ts';

/** Whether a manager of app.yml gives its jobs to a cluster by DRMAA. */
export function usesDrmaa(config: ReadonlyMap<Scalar, Value>): boolean {
  const managers = config.get('managers');
  if (managers === undefined || managers === null || !isDict(managers)) return false;
  return managerNames(config).some((name) => {
    const one = managers.get(name);
    const type = one !== undefined && one !== null && isDict(one) ? one.get('type') : undefined;
    return typeof type === 'string' && type.endsWith('drmaa');
  });
}

/** The library, by its variable or by the unit's environment. */
export function drmaaLibraryOf(v: PulsarValues): string | undefined {
  const lines = v.pulsar_systemd_environment.map((one) => /^DRMAA_LIBRARY_PATH=(.+)$/.exec(one)?.[1]);
  return lines.find((one) => one !== undefined) ?? v.pulsar_drmaa_library_path;
}
