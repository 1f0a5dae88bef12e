/** Asks a host for what only templates want to know. See ip(8), proc(5), df(1), systemd-detect-virt(1). */
import type { Account, Interface, MoreFacts, Mount } from '../base/facts.ts';
import { sh } from '../base/shell.ts';

/** Lines such as `more.virt=kvm`, then lists below their names, as the programs print them: a process more takes its time on every host. */
export const moreFacts = sh`printf 'more.version=%s\nmore.zone=%s\nmore.virt=%s\nmore.python=%s\n' "$(uname -v)" "$(date '+%z %Z')" "$(systemd-detect-virt 2>/dev/null)" "$(python3 -V 2>/dev/null)"
printf '@files\n'
grep -H . /etc/debian_version /etc/machine-id /sys/class/dmi/id/sys_vendor /sys/class/dmi/id/product_name 2>/dev/null
printf '@processors\n'
sed -n 's/^\\(physical id\\|cpu cores\\|siblings\\|model name\\|vendor_id\\|processor\\)[[:space:]]*: /\\1 /p' /proc/cpuinfo
printf '@links\n'
ip -o link 2>/dev/null
printf '@addresses\n'
ip -o addr 2>/dev/null
printf '@routes\n'
ip -4 route show default 2>/dev/null
printf '@mounts\n'
grep -E '^(/|[^ ]+:/)' /proc/mounts
printf '@sizes\n'
timeout 3 df -l -P -B1 2>/dev/null
printf '@accounts\n'
getent passwd root "\${SUDO_USER:-root}"`;

/** Parses what the script printed; what a host leaves out is empty or 0. */
export function parseMoreFacts(text: string): MoreFacts {
  const [plain = '', ...parts] = text.split(/^@/m);
  const lists = new Map(
    parts.map((part) => part.split('\n')).map(([name = '', ...lines]) => [name, lines.filter(Boolean)]),
  );
  const all = (name: string): readonly string[] => lists.get(name) ?? [];
  const one = (key: string): string => new RegExp(`^more\\.${key}=(.*)$`, 'm').exec(plain)?.[1]?.trim() ?? '';
  const file = (path: string): string =>
    all('files')
      .find((line) => line.startsWith(`${path}:`))
      ?.slice(path.length + 1)
      .trim() ?? '';
  const [offset = '', zone = ''] = one('zone').split(' ');
  const route = all('routes')[0] ?? '';
  return {
    fullVersion: file('/etc/debian_version'),
    kernelVersion: one('version'),
    swapMb: Math.floor(Number(one('swapKb')) / 1024) || 0,
    ...parseProcessors(all('processors')),
    interfaces: parseInterfaces(all('links'), all('addresses')),
    route: {
      interface: /\bdev (\S+)/.exec(route)?.[1] ?? '',
      gateway: /\bvia (\S+)/.exec(route)?.[1] ?? '',
    },
    mounts: parseMounts(all('mounts'), all('sizes')),
    machineId: file('/etc/machine-id'),
    virtualization: one('virt'),
    systemVendor: file('/sys/class/dmi/id/sys_vendor'),
    productName: file('/sys/class/dmi/id/product_name'),
    zone: { offset, name: zone },
    pythonVersion: one('python').replace(/^Python /, ''),
    accounts: parseAccounts(all('accounts')),
  };
}

/** `physical id 0`, `cpu cores 4`, `siblings 8`, `model name …`. */
function parseProcessors(lines: readonly string[]) {
  const values = (key: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const sockets = new Set(values('physical id')).size || values('processor').length || 1;
  const cores = Number(values('cpu cores')[0]) || 1;
  const siblings = Number(values('siblings')[0]) || cores;
  const [numbers, vendors, models] = [values('processor'), values('vendor_id'), values('model name')];
  const processorNames = numbers.flatMap((number, at) => [
    number,
    ...[vendors[at], models[at]].filter((one) => one !== undefined),
  ]);
  return { sockets, cores, threads: Math.max(1, Math.floor(siblings / cores)), processorNames };
}

/** Links of containers come and go by themselves, and are no facts to plan by. */
const PASSING = /^(?:veth|ve-|vb-|cali|lxc)/;

/** `2: eth0@if3: <BROADCAST,UP> mtu 1500 … link/ether 02:…` and `2: eth0    inet 192.0.2.7/24 brd … scope global eth0`. */
function parseInterfaces(links: readonly string[], addresses: readonly string[]): readonly Interface[] {
  return links.flatMap((line): Interface[] => {
    const [, name = '', flags = '', mtu = '0'] = /^\d+: ([^:@\s]+)[^<]*<([^>]*)> mtu (\d+)/.exec(line) ?? [];
    if (name === '' || PASSING.test(name)) return [];
    const own = addresses
      .map((one) => /^\d+: (\S+)\s+(inet6?) ([^/\s]+)(?:\/(\d+))?(.*)$/.exec(one) ?? [])
      .filter(([, of]) => of === name)
      .map(([, , family, address = '', prefix = '0', rest = '']) => ({
        family,
        address,
        prefix: Number(prefix),
        broadcast: /\bbrd (\S+)/.exec(rest)?.[1] ?? '',
        scope: /\bscope (\S+)/.exec(rest)?.[1] ?? '',
      }));
    return [
      {
        name,
        mac: /\blink\/\S+ ([0-9a-f:]{17})/.exec(line)?.[1] ?? '',
        mtu: Number(mtu),
        isUp: flags.split(',').includes('UP'),
        ipv4: own
          .filter(({ family }) => family === 'inet')
          .map(({ address, prefix, broadcast }) => ({ address, prefix, broadcast })),
        ipv6: own
          .filter(({ family }) => family === 'inet6')
          .map(({ address, prefix, scope }) => ({ address, prefix, scope })),
      },
    ];
  });
}

/** `/dev/vda1 /srv ext4 rw,relatime 0 0`; spaces are written `\040`. */
function parseMounts(lines: readonly string[], sizes: readonly string[]): readonly Mount[] {
  const bytes = new Map(
    sizes.map((line): [string, number] => {
      const words = line.split(/\s+/);
      return [words.slice(5).join(' '), Number(words[1])];
    }),
  );
  return lines.map((line) => {
    const [device = '', path = '', fstype = '', options = ''] = line
      .split(' ')
      .map((word) =>
        word.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
      );
    return { device, path, fstype, options, size: bytes.get(path) ?? 0 };
  });
}

/** `root:x:0:0:root:/root:/bin/bash`. */
function parseAccounts(lines: readonly string[]): readonly Account[] {
  const accounts = lines.map((line) => {
    const [name = '', , uid = '', gid = '', gecos = '', home = '', shell = ''] = line.split(':');
    return { name, uid: Number(uid), gid: Number(gid), gecos, home, shell };
  });
  return [...new Map(accounts.map((account) => [account.name, account])).values()];
}
