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
};
