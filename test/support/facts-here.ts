import type { Facts } from '../../src/base/facts.ts';

/** What a Debian host says of itself where this machine takes its place. */
export const facts: Facts = {
  distribution: 'debian',
  version: '12',
  codename: 'bookworm',
  architecture: 'x86_64',
  debArchitecture: 'amd64',
  hostname: 'here',
  fqdn: 'here.example.org',
  address: '192.0.2.1',
  addresses: ['192.0.2.1'],
  memoryMb: 2048,
  processors: 2,
  kernel: '6.1.0',
  loginUser: 'root',
};
