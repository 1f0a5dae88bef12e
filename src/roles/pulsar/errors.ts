/** What can be wrong with Pulsar's variables. */
import { GatError } from '../../base/errors.ts';
import type { HostContext } from '../role.ts';

/** The URL of the message queue can't be used. */
export function badQueueUrl(host: HostContext, why: string): GatError {
  return new GatError({
    code: 'pulsar/queue-url',
    what: `cannot use message_queue_url of pulsar_yaml_config for ${host.name}: ${why}`,
    where: host.positionOf('pulsar_yaml_config') ?? { host: host.name },
    why: 'Pulsar takes its jobs from the broker that this URL names, as pyamqp://USER:PASSWORD@HOST:5671//VHOST?ssl=1',
    fix: `see what its parts are (an empty galaxy_server_hostname leaves no host): gatdeploy vars ${host.name} pulsar_yaml_config`,
  });
}
