/** The part of L28 that a name server has to be asked for: the first name of each certificate leads to its host. */

import { isDomain } from './facts/certificate.ts';
import type { ProjectFacts } from './facts/facts-of-project.ts';
import { textOf } from './facts/tree.ts';
import type { Found } from './rule.ts';

/** The addresses of a name; empty where there is no such name, undefined where nobody could be asked. */
export type Resolve = (name: string) => Promise<readonly string[] | undefined>;

/** Finds names that lead nowhere, or to another machine than the one that the host is reached at. */
export async function unresolvedNames(
  { certificates }: ProjectFacts,
  resolve: Resolve,
): Promise<readonly Found[]> {
  const found = await Promise.all(
    certificates
      .filter(({ isAcme }) => isAcme)
      .map(async ({ view, domains: [name] }): Promise<readonly Found[]> => {
        if (name === undefined || !isDomain(name) || name.startsWith('*.')) return [];
        if (view.node('certbot_dns_provider')) return [];
        const addresses = await resolve(name);
        const own = textOf(view.node('ansible_host'));
        if (addresses === undefined) return [];
        const common = { at: [view.defined('certbot_domains')], hosts: [view.host] };
        if (addresses.length === 0)
          return [
            {
              ...common,
              message: `${name} is no name that a name server knows, so the authority cannot reach ${view.host}`,
              fix: `make a record for ${name} that leads to ${view.host}`,
            },
          ];
        if (own === undefined || !isAddress(own) || isPrivate(own) || addresses.includes(own)) return [];
        return [
          {
            ...common,
            severity: 'W',
            message: `${name} leads to ${addresses.join(', ')}, but ${view.host} is reached at ${own}: the authority may ask another machine`,
            fix: `change the record of ${name} to ${own}`,
          },
        ];
      }),
  );
  return found.flat();
}

function isAddress(text: string): boolean {
  return /^(?:\d+\.){3}\d+$|^[0-9a-f:]+:[0-9a-f:]*$/i.test(text);
}

/** Behind a translation of addresses the world sees another one. */
function isPrivate(address: string): boolean {
  return /^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe80)/i.test(
    address,
  );
}
