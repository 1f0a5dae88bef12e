/** Managers that give jobs to a cluster by DRMAA need the cluster's library, which Debian has for none of the usual ones. */
import type { Scalar, Value } from '../../base/value.ts';
import { managersOf, typeOf } from './managers.ts';
import type { PulsarValues } from './vars.ts';

/** Whether a manager of app.yml gives its jobs to a cluster by DRMAA. */
export function usesDrmaa(config: ReadonlyMap<Scalar, Value>): boolean {
  return [...managersOf(config).values()].some((options) => typeOf(options).endsWith('drmaa'));
}

/** The library, by its variable or by the unit's environment. */
export function drmaaLibraryOf(v: PulsarValues): string | undefined {
  const lines = v.pulsar_systemd_environment.map((one) => /^DRMAA_LIBRARY_PATH=(.+)$/.exec(one)?.[1]);
  return lines.find((one) => one !== undefined) ?? v.pulsar_drmaa_library_path;
}
