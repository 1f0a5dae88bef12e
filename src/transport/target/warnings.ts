/** Which ssh options have no effect here, and which are refused an effect. */

import { optionIgnored, strictnessKept } from './errors.ts';
import type { HostOptions } from './ssh-config.ts';

/** Options that choose algorithms or forward something, and that a person may count on. */
const COUNTED_ON =
  /^(ciphers|macs|kexalgorithms|hostkeyalgorithms|pubkeyaccepted.*|forwardagent|certificatefile|pkcs11provider|securitykeyprovider|localcommand|remotecommand|knownhostscommand|bindaddress|bindinterface|localforward|remoteforward|dynamicforward)$/;

/** Remarks about options that are ignored. */
export function optionWarnings(host: string, unknown: readonly string[], options: HostOptions): string[] {
  const warnings = unknown.map((word) => optionIgnored(host, word));
  const strict = options.get('stricthostkeychecking')?.[0] ?? 'yes';
  if (!/^(yes|ask)$/i.test(strict)) warnings.push(strictnessKept(host, `StrictHostKeyChecking=${strict}`));
  for (const none of ['/dev/null', 'none']) {
    if (options.get('userknownhostsfile')?.includes(none))
      warnings.push(strictnessKept(host, `UserKnownHostsFile=${none}`));
  }
  for (const [name, values] of options) {
    const off = name === 'forwardagent' && values[0]?.toLowerCase() === 'no';
    if (COUNTED_ON.test(name) && !off) warnings.push(optionIgnored(host, `${name} ${values.join(' ')}`));
  }
  return warnings;
}
