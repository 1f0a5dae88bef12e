/** Asks a host who it is. See os-release(5), proc(5), hostname(1). */
import type { Facts } from '../base/facts.ts';
import { sh } from '../base/shell.ts';
import type { Section } from './frame.ts';

/** The section that prints `key=value` lines about the host. */
export const factsSection: Section = {
  name: 'facts',
  script: sh`. /etc/os-release 2>/dev/null
printf 'distribution=%s\nversion=%s\ncodename=%s\n' "\${ID:-}" "\${VERSION_ID:-}" "\${VERSION_CODENAME:-}"
printf 'architecture=%s\nkernel=%s\n' "$(uname -m)" "$(uname -r)"
printf 'debArchitecture=%s\n' "$(dpkg --print-architecture)"
printf 'hostname=%s\nfqdn=%s\n' "$(uname -n)" "$(hostname -f)"
printf 'address=%s\n' "$(ip -4 route get 192.0.2.1 | sed -n 's/.* src \\([0-9.]*\\).*/\\1/p')"
printf 'addresses=%s\n' "$(hostname -I)"
printf 'memoryKb=%s\n' "$(sed -n 's/^MemTotal: *\\([0-9]*\\).*/\\1/p' /proc/meminfo)"
printf 'processors=%s\n' "$(grep -c '^processor' /proc/cpuinfo)"`,
};

/** Parses lines such as `codename=bookworm`; what a host leaves out is empty or 0. */
export function parseFacts(text: string, loginUser: string): Facts {
  const values = new Map(
    text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const value = (key: string): string => values.get(key) ?? '';
  const fqdn = value('fqdn') || value('hostname');
  return {
    distribution: value('distribution'),
    version: value('version'),
    codename: value('codename'),
    architecture: value('architecture'),
    debArchitecture: value('debArchitecture'),
    hostname: value('hostname').split('.')[0] ?? '',
    fqdn,
    address: value('address'),
    addresses: value('addresses').split(/\s+/).filter(Boolean),
    memoryMb: Math.floor(Number(value('memoryKb')) / 1024) || 0,
    processors: Number(value('processors')) || 1,
    kernel: value('kernel'),
    loginUser,
  };
}
