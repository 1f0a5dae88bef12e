/** The facts that only templates ask for, under the names that Ansible's setup module gives them. */
import type { Account, Facts, Interface, MoreFacts } from '../base/facts.ts';

/** Makes the facts of the machine, its networks, its time, and of the user that a task runs as. */
export function moreFacts(facts: Facts, more: MoreFacts, user: string): Readonly<Record<string, unknown>> {
  return {
    kernel_version: more.kernelVersion,
    machine_id: more.machineId,
    system_vendor: more.systemVendor || 'NA',
    product_name: more.productName || 'NA',
    swaptotal_mb: more.swapMb,
    ...processors(facts, more),
    ...virtualization(more.virtualization),
    ...networks(facts, more),
    mounts: more.mounts.map(({ device, path, fstype, options, size }) => ({
      device,
      mount: path,
      fstype,
      options,
      size_total: size,
      dump: 0,
      passno: 0,
    })),
    date_time: dateTime(new Date(), more.zone),
    ...(more.pythonVersion === '' ? {} : python(more.pythonVersion)),
    ...account(more.accounts.find(({ name }) => name === user)),
    is_chroot: false,
    fips: false,
    apparmor: { status: 'disabled' },
  };
}

function processors({ processors: all }: Facts, { sockets, cores, threads, processorNames }: MoreFacts) {
  return {
    processor: processorNames,
    processor_count: sockets,
    processor_cores: cores,
    processor_threads_per_core: threads,
    processor_vcpus: sockets * cores * threads,
    processor_nproc: all,
  };
}

const CONTAINERS = new Set([
  'docker',
  'podman',
  'lxc',
  'lxc-libvirt',
  'systemd-nspawn',
  'openvz',
  'wsl',
  'container-other',
]);

/** What systemd-detect-virt says, in Ansible's words. */
function virtualization(found: string) {
  const type = { 'systemd-nspawn': 'container', none: 'NA', '': 'NA', qemu: 'kvm' }[found] ?? found;
  const isGuest = type !== 'NA';
  return {
    virtualization_type: type,
    virtualization_role: isGuest ? 'guest' : 'NA',
    virtualization_tech_guest: isGuest ? [...(CONTAINERS.has(found) ? ['container'] : []), found] : [],
    virtualization_tech_host: [],
  };
}

function networks({ address }: Facts, { interfaces, route }: MoreFacts): Readonly<Record<string, unknown>> {
  const named = interfaces.map((one): [string, unknown] => [one.name.replace(/[-.:]/g, '_'), interfaceFacts(one)]);
  const main = interfaces.find(({ name }) => name === route.interface);
  const own = main?.ipv4.find((one) => one.address === address) ?? main?.ipv4[0];
  const defaults = {
    interface: route.interface,
    gateway: route.gateway,
    macaddress: main?.mac ?? '',
    mtu: main?.mtu ?? 0,
    type: 'ether',
    alias: route.interface,
    ...(own ? ipv4Facts(own) : { address }),
  };
  return {
    ...Object.fromEntries(named),
    interfaces: interfaces.map(({ name }) => name),
    default_ipv4: address === '' || !main ? (address ? { address } : {}) : defaults,
    all_ipv4_addresses: interfaces.flatMap(({ ipv4 }) => outside(ipv4)),
    all_ipv6_addresses: interfaces.flatMap(({ ipv6 }) => outside(ipv6)),
  };
}

/** Loopback addresses are no addresses of a host. */
function outside(addresses: readonly { readonly address: string }[]): readonly string[] {
  return addresses.map(({ address }) => address).filter((one) => !/^127\.|^::1$/.test(one));
}

function interfaceFacts({ name, mac, mtu, isUp, ipv4, ipv6 }: Interface) {
  const [first, ...others] = ipv4;
  return {
    device: name,
    active: isUp,
    mtu,
    type: name === 'lo' ? 'loopback' : 'ether',
    ...(mac === '' || name === 'lo' ? {} : { macaddress: mac }),
    ...(first ? { ipv4: ipv4Facts(first) } : {}),
    ...(others.length > 0 ? { ipv4_secondaries: others.map(ipv4Facts) } : {}),
    ...(ipv6.length > 0
      ? { ipv6: ipv6.map(({ address, prefix, scope }) => ({ address, prefix: String(prefix), scope })) }
      : {}),
  };
}

function ipv4Facts({ address, prefix, broadcast }: Interface['ipv4'][number]) {
  const mask = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return {
    address,
    prefix: String(prefix),
    netmask: dotted(mask),
    network: dotted((number & mask) >>> 0),
    broadcast,
  };
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

/** The time now, in the host's zone. */
function dateTime(now: Date, { offset, name }: MoreFacts['zone']) {
  const minutes =
    (/^-/.test(offset) ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5)) || 0);
  const local = new Date(now.getTime() + minutes * 60_000).toISOString();
  const [date = '', time = ''] = local.slice(0, 19).split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  const [hour = '', minute = '', second = ''] = time.split(':');
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  const compact = `${date.replaceAll('-', '')}T${time.replaceAll(':', '')}`;
  const epoch = String(Math.floor(now.getTime() / 1000));
  return {
    date,
    time,
    year,
    month,
    day,
    hour,
    minute,
    second,
    epoch,
    epoch_int: epoch,
    weekday: days[weekday],
    weekday_number: String(weekday),
    iso8601: `${now.toISOString().slice(0, 19)}Z`,
    iso8601_micro: `${now.toISOString().slice(0, 23)}000Z`,
    iso8601_basic: `${compact}${String(now.getMilliseconds()).padStart(3, '0')}000`,
    iso8601_basic_short: compact,
    tz: name,
    tz_dst: name,
    tz_offset: offset,
  };
}

/** Python, where the host has one; nothing here needs it. */
function python(version: string) {
  const [major = 0, minor = 0, micro = 0] = version.split('.').map(Number);
  return {
    python_version: version,
    python: {
      version: { major, minor, micro, releaselevel: 'final', serial: 0 },
      version_info: [major, minor, micro, 'final', 0],
      executable: '/usr/bin/python3',
      type: 'cpython',
    },
  };
}

/** The user of a task, and what its environment holds. */
function account(one: Account | undefined): Readonly<Record<string, unknown>> {
  if (!one) return {};
  return {
    user_id: one.name,
    user_uid: one.uid,
    user_gid: one.gid,
    user_gecos: one.gecos,
    user_dir: one.home,
    user_shell: one.shell,
    real_user_id: one.uid,
    effective_user_id: one.uid,
    real_group_id: one.gid,
    effective_group_id: one.gid,
    env: {
      HOME: one.home,
      USER: one.name,
      LOGNAME: one.name,
      SHELL: one.shell,
      PWD: one.home,
      LANG: 'C.UTF-8',
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    },
  };
}
