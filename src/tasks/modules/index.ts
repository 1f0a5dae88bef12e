/** All modules by their names, and the names of Ansible's modules that are refused, each with its reason. */
import type { Module } from '../action.ts';
import { authorizedKeyModule, groupModule, userModule } from './account.ts';
import { aptKeyModule, aptRepositoryModule, deb822Module, debconfModule } from './apt-source.ts';
import { asyncStatusModule } from './async-status.ts';
import { commandModule, rawModule, scriptModule, shellModule } from './command.ts';
import { copyModule } from './copy.ts';
import { cronModule } from './cron.ts';
import { djangoManageModule } from './django.ts';
import { blockinfileModule, iniFileModule, lineinfileModule, replaceModule } from './edit.ts';
import { packageFactsModule, pingModule, serviceFactsModule, setupModule } from './facts.ts';
import { fetchModule } from './fetch.ts';
import { fileModule } from './file.ts';
import { gitModule } from './git.ts';
import { addHostModule, groupByModule } from './grouping.ts';
import { modprobeModule, mountModule, sysctlModule } from './kernel.ts';
import { aclModule, filesystemModule, pamLimitsModule, sudoersModule } from './limits.ts';
import { mysqlDbModule, mysqlQueryModule, mysqlUserModule } from './mysql.ts';
import { npmModule, yarnModule } from './node.ts';
import { aptModule, packageModule } from './package.ts';
import { partedModule } from './parted.ts';
import { pipModule } from './pip.ts';
import {
  postgresqlDbModule,
  postgresqlExtModule,
  postgresqlQueryModule,
  postgresqlUserModule,
} from './postgresql.ts';
import {
  rabbitmqPluginModule,
  rabbitmqPolicyModule,
  rabbitmqUserModule,
  rabbitmqVhostModule,
} from './rabbitmq.ts';
import { findFilesModule, getentModule, slurpModule } from './reading.ts';
import { serviceModule, systemdModule } from './service.ts';
import { statModule } from './stat.ts';
import { supervisorctlModule } from './supervisor.ts';
import {
  alternativesModule,
  dpkgSelectionsModule,
  hostnameModule,
  knownHostsModule,
  localeGenModule,
  makeModule,
  tempfileModule,
  timezoneModule,
} from './system.ts';
import { templateModule } from './template.ts';
import { getUrlModule, unarchiveModule } from './transfer.ts';
import { ufwModule } from './ufw.ts';
import { uriModule } from './uri.ts';
import { assertModule, debugModule, failModule, includeVarsModule, pauseModule, setFactModule } from './value.ts';
import { waitForModule } from './wait-for.ts';

/** Every module, once. */
export const modules: readonly Module[] = [
  addHostModule,
  asyncStatusModule,
  fetchModule,
  groupByModule,
  djangoManageModule,
  mysqlDbModule,
  mysqlQueryModule,
  mysqlUserModule,
  partedModule,
  supervisorctlModule,
  aclModule,
  filesystemModule,
  npmModule,
  pamLimitsModule,
  postgresqlDbModule,
  postgresqlExtModule,
  postgresqlQueryModule,
  postgresqlUserModule,
  rabbitmqPluginModule,
  rabbitmqPolicyModule,
  rabbitmqUserModule,
  rabbitmqVhostModule,
  sudoersModule,
  yarnModule,
  alternativesModule,
  aptKeyModule,
  aptRepositoryModule,
  blockinfileModule,
  deb822Module,
  debconfModule,
  dpkgSelectionsModule,
  findFilesModule,
  getUrlModule,
  getentModule,
  hostnameModule,
  iniFileModule,
  knownHostsModule,
  lineinfileModule,
  localeGenModule,
  makeModule,
  modprobeModule,
  mountModule,
  packageFactsModule,
  pingModule,
  replaceModule,
  serviceFactsModule,
  setupModule,
  slurpModule,
  statModule,
  sysctlModule,
  tempfileModule,
  timezoneModule,
  ufwModule,
  unarchiveModule,
  uriModule,
  waitForModule,
  aptModule,
  assertModule,
  authorizedKeyModule,
  commandModule,
  copyModule,
  cronModule,
  debugModule,
  failModule,
  fileModule,
  gitModule,
  groupModule,
  includeVarsModule,
  packageModule,
  pauseModule,
  pipModule,
  rawModule,
  scriptModule,
  serviceModule,
  setFactModule,
  shellModule,
  systemdModule,
  templateModule,
  userModule,
];

/** Other names of the same modules. */
const ALIASES: Readonly<Record<string, string>> = { systemd: 'systemd_service', gather_facts: 'setup' };

const COLLECTIONS =
  /^(?:ansible\.(?:builtin|legacy|posix)|community\.(?:general|crypto|mysql|postgresql|rabbitmq)(?:\.[a-z_]+)*)\.([a-z_0-9]+)$/;

const byShortName = new Map(modules.map((module) => [short(module.name), module]));

function short(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** Finds a module by its short or full name. */
export function findModule(name: string): Module | undefined {
  const plain = COLLECTIONS.exec(name)?.[1] ?? name;
  return byShortName.get(ALIASES[plain] ?? plain);
}

/** Short names of all modules. */
export function moduleNames(): readonly string[] {
  return [...byShortName.keys(), ...Object.keys(ALIASES)].sort();
}

const RED_HAT = 'it is for Red Hat systems, and this host runs Debian';
const DOCKER =
  'containers are not compared yet; write a compose file with copy, and run `docker compose up -d` with command';
const SELINUX = 'Debian hosts have no SELinux';

/** Modules that Ansible has and that can't run here; they matter only when their `when` is true. */
export const REFUSED_MODULES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    yum: RED_HAT,
    dnf: RED_HAT,
    dnf5: RED_HAT,
    yum_repository: RED_HAT,
    rpm_key: RED_HAT,
    firewalld: 'firewalld is the firewall of Red Hat systems',
    seboolean: SELINUX,
    sefcontext: SELINUX,
    seport: SELINUX,
    selinux: SELINUX,
    selinux_permissive: SELINUX,
    pacman: 'it is for Arch Linux, and this host runs Debian',
    pkgin: 'it is for other systems, and this host runs Debian',
    pkgng: 'it is for FreeBSD, and this host runs Debian',
    openbsd_pkg: 'it is for OpenBSD, and this host runs Debian',
    synchronize: 'rsync needs a connection of its own; use copy, git or unarchive',
    docker_container: DOCKER,
    docker_image: DOCKER,
    docker_image_build: DOCKER,
    docker_container_exec: DOCKER,
    docker_compose: DOCKER,
    docker_compose_v2: DOCKER,
    docker_service: DOCKER,
    docker_network: DOCKER,
    docker_volume: DOCKER,
    docker_login: DOCKER,
    nmcli: "NetworkManager could cut the run's own connection; write its files with copy",
    postgresql_privs: 'privileges are declared by the role galaxyproject.postgresql_objects',
    postgresql_pg_hba: 'pg_hba.conf is declared by the role galaxyproject.postgresql, or with copy',
    reboot: 'gatdeploy never reboots a host: a plan could not say what follows',
  }),
);
