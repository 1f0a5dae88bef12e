/** What a host says of itself. Everything here is told by the host: never evaluated, never trusted over the admin's variables. */

export type Facts = {
  /** `debian`, `ubuntu`, … of os-release. */
  readonly distribution: string;
  /** `12`, `24.04`. */
  readonly version: string;
  /** `bookworm`. */
  readonly codename: string;
  /** `x86_64`. */
  readonly architecture: string;
  /** `amd64`, as dpkg names it. */
  readonly debArchitecture: string;
  readonly hostname: string;
  readonly fqdn: string;
  /** Default IPv4 address, empty when there is none. */
  readonly address: string;
  readonly addresses: readonly string[];
  readonly memoryMb: number;
  readonly processors: number;
  readonly kernel: string;
  /** The user that gatdeploy logs in as. */
  readonly loginUser: string;
  /** The primary groups of those users who have no group of their own name: `{ubuntu: users}`. */
  readonly primaryGroups?: Readonly<Record<string, string>>;
  /** Which of the paths that copies name are folders, so that the file goes into them. */
  readonly folders?: readonly string[];
  /** What only templates ask for; absent where the host wasn't asked. */
  readonly more?: MoreFacts;
};

/** What changes seldom, and what templates of roles ask for. */
export type MoreFacts = {
  /** `12.7`: Debian's full version; the same as `version` elsewhere. */
  readonly fullVersion: string;
  /** `uname -v`. */
  readonly kernelVersion: string;
  readonly swapMb: number;
  readonly sockets: number;
  readonly cores: number;
  readonly threads: number;
  readonly processorNames: readonly string[];
  readonly interfaces: readonly Interface[];
  /** The interface and gateway of the default route. */
  readonly route: { readonly interface: string; readonly gateway: string };
  readonly mounts: readonly Mount[];
  readonly machineId: string;
  /** `kvm`, `systemd-nspawn`, `none`: what systemd-detect-virt says. */
  readonly virtualization: string;
  readonly systemVendor: string;
  readonly productName: string;
  /** `+0100`, `CET`. */
  readonly zone: { readonly offset: string; readonly name: string };
  readonly pythonVersion: string;
  /** Root, and whoever logs in. */
  readonly accounts: readonly Account[];
};

/** A line of passwd(5). */
export type Account = {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
};

export type Interface = {
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  readonly isUp: boolean;
  readonly ipv4: readonly { readonly address: string; readonly prefix: number; readonly broadcast: string }[];
  readonly ipv6: readonly { readonly address: string; readonly prefix: number; readonly scope: string }[];
};

export type Mount = {
  readonly device: string;
  readonly path: string;
  readonly fstype: string;
  readonly options: string;
  /** In bytes; the rest changes all the time, and is no fact to plan by. */
  readonly size: number;
};
