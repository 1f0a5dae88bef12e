/** What can be wrong with the broker's variables. */
import { GatError } from '../../base/errors.ts';
import type { HostContext } from '../role.ts';

/** Clusters need an order across hosts that isn't there. */
export function clusterUnsupported(host: HostContext): GatError {
  return new GatError({
    code: 'rabbitmq/cluster',
    what: `cannot set up a RabbitMQ cluster on ${host.name}`,
    where: host.positionOf('rabbitmq_cluster') ?? { host: host.name },
    why: 'gatdeploy sets up single brokers',
    fix: 'rabbitmq_cluster: false',
  });
}

/** A setting of the old format that the new one has no name for. */
export function unknownSetting(path: string, host: HostContext, why: string): GatError {
  return new GatError({
    code: 'rabbitmq/setting',
    what: `cannot write ${path} of rabbitmq_config into rabbitmq.conf`,
    where: host.positionOf('rabbitmq_config') ?? { host: host.name },
    why,
    fix: 'write rabbitmq_config as a dict with the keys of rabbitmq.conf, such as {ssl_options: {verify: verify_peer}}',
  });
}

/** The same user is declared with two passwords. */
export function twoPasswords(user: string, host: HostContext): GatError {
  return new GatError({
    code: 'rabbitmq/two-passwords',
    what: `cannot set the password of the broker's user ${user}: two entries of rabbitmq_users differ`,
    where: host.positionOf('rabbitmq_users') ?? { host: host.name },
    why: 'a user has one password, whatever virtual hosts it uses',
    fix: 'give all entries of the user the same password',
  });
}

/** A user is wanted and not wanted. */
export function wantedAndAbsent(what: string, variable: string, host: HostContext): GatError {
  return new GatError({
    code: 'rabbitmq/contradiction',
    what: `cannot both make and remove ${what}`,
    where: host.positionOf(variable) ?? { host: host.name },
    fix: `take it out of \`${variable}\``,
  });
}

/** Two sources for one file. */
export function advancedTwice(application: string, host: HostContext): GatError {
  return new GatError({
    code: 'rabbitmq/advanced-twice',
    what: `cannot write advanced.config of ${host.name}: it is given twice`,
    where: host.positionOf('rabbitmq_advanced_config') ?? { host: host.name },
    why: `the application ${application} of rabbitmq_config has its place in that file, too`,
    fix: `move ${application} from rabbitmq_config into rabbitmq_advanced_config`,
  });
}

/** Somebody asks for a broker in a container. */
export function containerUnsupported(host: HostContext): GatError {
  return new GatError({
    code: 'rabbitmq/container',
    what: `cannot run the broker of ${host.name} in a container yet`,
    where: host.positionOf('rabbitmq_install_method') ?? { host: host.name },
    why: 'gatdeploy installs the broker as a package, also from the variables of usegalaxy_eu.rabbitmqserver',
    fix: 'rabbitmq_install_method: distribution',
  });
}

/** A repository's packages are asked for, but no repository. */
export function noRepository(host: HostContext): GatError {
  return new GatError({
    code: 'rabbitmq/no-repository',
    what: `cannot install the broker of ${host.name} from a repository: \`rabbitmq_apt_repository\` is empty`,
    where: host.positionOf('rabbitmq_install_method') ?? { host: host.name },
    why: 'gatdeploy names no host that packages could come from',
    fix: "rabbitmq_apt_repository: ['deb https://packages.example.org/rabbitmq bookworm main']",
  });
}
