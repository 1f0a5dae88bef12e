/** What Slurm is asked for and does not get. */
import type { GatError } from '../../base/errors.ts';
import { unsupportedValue } from '../errors.ts';
import type { HostContext } from '../role.ts';

/** The accounting daemon is wanted. */
export function noAccounting(host: HostContext, variable: string): GatError {
  return unsupportedValue(host, {
    role: 'slurm',
    variable,
    why: 'slurmdbd keeps its records in MySQL or MariaDB, which gatdeploy does not set up',
    fix: 'take dbd out of slurm_roles and slurmdbd_config away; jobs run without accounting, or set AccountingStorageHost in slurm_config to a slurmdbd elsewhere',
  });
}

/** The key is no text, so that it could not be carried over byte by byte. */
export function binaryKey(host: HostContext, path: string): GatError {
  return unsupportedValue(host, {
    role: 'slurm',
    variable: 'slurm_munge_key',
    why: `${path} is no text`,
    fix: `make a new key for all hosts of the cluster: head -c 96 /dev/urandom | base64 -w 0 > ${path}; ansible-vault or gatdeploy vault can encrypt it`,
  });
}
