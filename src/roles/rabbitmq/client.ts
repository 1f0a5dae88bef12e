/** Who came to the broker, by the address that it saw. */
import type { HostContext } from '../role.ts';

/** The inventory name of the host with this address, if it is one of ours. */
export function hostOf(address: string, host: HostContext): string | undefined {
  if (/^(?:127\.|\[?::1)/.test(address)) return host.name;
  return host.hostByAddress(address.replace(/^\[|\]$/g, ''));
}

/** The same, or the address. */
export function clientOf(address: string, host: HostContext): string {
  return hostOf(address, host) ?? address;
}
