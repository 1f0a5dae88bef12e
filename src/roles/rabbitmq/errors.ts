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
