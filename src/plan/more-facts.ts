/** Asks a host for what only templates want to know. See ip(8), proc(5), df(1), systemd-detect-virt(1). */
import type { Account, Interface, MoreFacts, Mount } from '../base/facts.ts';
import { sh } from '../base/shell.ts';

/** Lines such as `more.virt=kvm`; those that come more than once are lists. */
export const moreFacts = sh`printf 'more.full=%s\n' "$(cat /etc/debian_version 2>/dev/null)"
printf 'more.kernel=%s\nmore.zone=%s\nmore.machine=%s\n' "$(uname -v)" "$(date '+%z %Z')" "$(cat /etc/machine-id 2>/dev/null)"
printf 'more.virt=%s\n' "$(systemd-detect-virt 2>/dev/null)"
printf 'more.vendor=%s\nmore.product=%s\n' "$(cat /sys/class/dmi/id/sys_vendor 2>/dev/null)" "$(cat /sys/class/dmi/id/product_name 2>/dev/null)"
printf 'more.python=%s\n' "$(python3 -c 'import platform; print(platform.python_version())' 2>/dev/null)"
printf 'more.swapKb=%s\n' "$(sed -n 's/^SwapTotal: *\\([0-9]*\\).*/\\1/p' /proc/meminfo)"
sed -n 's/^\\(physical id\\|cpu cores\\|siblings\\|model name\\|vendor_id\\|processor\\)[[:space:]]*: /more.cpu=\\1 /p' /proc/cpuinfo
ip -o link 2>/dev/null | sed 's/^/more.link=/'
ip -o addr 2>/dev/null | sed 's/^/more.addr=/'
printf 'more.route=%s\n' "$(ip -4 route show default 2>/dev/null | head -n 1)"
grep -E '^(/|[^ ]+:/)' /proc/mounts | sed 's/^/more.mount=/'
timeout 3 df -l -P -B1 2>/dev/null | sed -n 's/^\\(\\/.*\\)$/more.df=\\1/p'
getent passwd root "\${SUDO_USER:-root}" | sed 's/^/more.account=/'`;

/** Parses what the script printed; what a host leaves out is empty or 0. */
export function parseMoreFacts(text: string): MoreFacts {
  const lines = text.split('\n').filter((line) => line.startsWith('more.'));
  const all = (key: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`more.${key}=`)).map((line) => line.slice(key.length + 6));
  const one = (key: string): string => all(key)[0]?.trim() ?? '';
  const [offset = '', zone = ''] = one('zone').split(' ');
  const route = one('route');
  return {
    fullVersion: one('full'),
    kernelVersion: one('kernel'),
    swapMb: Math.floor(Number(one('swapKb')) / 1024) || 0,
    ...parseProcessors(all('cpu')),
    interfaces: parseInterfaces(all('link'), all('addr')),
    route: {
      interface: /\bdev (\S+)/.exec(route)?.[1] ?? '',
      gateway: /\bvia (\S+)/.exec(route)?.[1] ?? '',
    },
    mounts: parseMounts(all('mount'), all('df')),
    machineId: one('machine'),
    virtualization: one('virt'),
    systemVendor: one('vendor'),
    productName: one('product'),
    zone: { offset, name: zone },
    pythonVersion: one('python'),
    accounts: parseAccounts(all('account')),
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
