/** Asks a host who it is. See os-release(5), proc(5), hostname(1). */
import type { Facts } from '../base/facts.ts';
import { sh } from '../base/shell.ts';
import type { Section } from './frame.ts';
import { moreFacts, parseMoreFacts } from './more-facts.ts';

/** The section that prints `key=value` lines about the host. */
export const factsSection: Section = {
  name: 'facts',
  script: sh`. /etc/os-release 2>/dev/null
printf 'distribution=%s\nversion=%s\ncodename=%s\n' "\${ID:-}" "\${VERSION_ID:-}" "\${VERSION_CODENAME:-}"
printf 'uname=%s\ndebArchitecture=%s\nfqdn=%s\n' "$(uname -nrm)" "$(dpkg --print-architecture)" "$(hostname -f)"
printf 'route=%s\naddresses=%s\n' "$(ip -4 route get 192.0.2.1)" "$(hostname -I)"
while read -r gd_name gd_number gd_unit; do
case "$gd_name" in MemTotal:) printf 'memoryKb=%s\n' "$gd_number";; SwapTotal:) printf 'more.swapKb=%s\n' "$gd_number"; break;; esac
done </proc/meminfo
printf 'processors=%s\n' "$(grep -c '^processor' /proc/cpuinfo)"
awk -F: 'FILENAME == "/etc/group" { name[$3] = $1; next } $1 != name[$4] { print "group=" $1 " " name[$4] }' /etc/group /etc/passwd
printf 'group=%s %s\n' "\${SUDO_USER:-root}" "$(id -gn -- "\${SUDO_USER:-root}")"
${moreFacts}`,
};

/** Parses lines such as `codename=bookworm`; what a host leaves out is empty or 0. */
export function parseFacts(text: string, loginUser: string): Facts {
  const values = new Map(
    (text.split(/^@/m, 1)[0] ?? '')
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const value = (key: string): string => values.get(key) ?? '';
  const [hostname = '', kernel = '', architecture = ''] = value('uname').split(' ');
  return {
    distribution: value('distribution'),
    version: value('version'),
    codename: value('codename'),
    architecture,
    debArchitecture: value('debArchitecture'),
    hostname: hostname.split('.')[0] ?? '',
    fqdn: value('fqdn') || hostname,
    address: /\bsrc ([0-9.]+)/.exec(value('route'))?.[1] ?? '',
    addresses: value('addresses').split(/\s+/).filter(Boolean),
    memoryMb: Math.floor(Number(value('memoryKb')) / 1024) || 0,
    processors: Number(value('processors')) || 1,
    kernel,
    loginUser,
    primaryGroups: parsePrimaryGroups(text),
    more: parseMoreFacts(text),
  };
}

/** Parses lines such as `group=ubuntu users`, also of accounts that only a directory service knows. */
function parsePrimaryGroups(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/^group=(\S+) (\S+)$/gm)].map(([, user = '', group = '']) => [user, group]);
  return Object.fromEntries(pairs.filter(([user, group]) => user !== group));
}
