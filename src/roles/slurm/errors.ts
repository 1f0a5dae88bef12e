/** What Slurm is asked for and does not get. */
import type { GatError } from '../../base/errors.ts';
import { missingValue, unsupportedValue } from '../errors.ts';
import type { HostContext } from '../role.ts';

/** The accounting daemon logs in to its database by a password. */
export function noPassword(host: HostContext): GatError {
  return missingValue(host, {
    role: 'slurm',
    variable: 'slurmdbd_config',
    why: 'slurmdbd logs in to its database, and slurmdbd_config has no StoragePass',
    fix: 'set StoragePass: "{{ vault_slurmdbd_password }}" in slurmdbd_config',
  });
}

/** A name or password that could not be written into SQL and slurmdbd.conf as it is. */
export function brokenName(host: HostContext, what: string): GatError {
  return unsupportedValue(host, {
    role: 'slurm',
    variable: 'slurmdbd_config',
    why:
      what === 'StoragePass'
        ? 'StoragePass holds a quote, a backslash or a line break, which slurmdbd.conf has no way to write'
        : `${what} is no plain name of letters, digits and _`,
    fix:
      what === 'StoragePass'
        ? 'make one with: openssl rand -hex 24'
        : 'take a plain name, or set slurmdbd_manage_database: false',
  });
}
