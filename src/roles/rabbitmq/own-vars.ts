/** Variables of the broker that no Ansible role has. */
import { z } from 'zod';
import { sitesVar } from '../pulsar-sites.ts';
import { int, listOf, text, word } from '../types.ts';

const policy = z.strictObject({
  name: word,
  vhost: word.default('/'),
  pattern: word.default('.*'),
  apply_to: z.enum(['all', 'queues', 'exchanges', 'classic_queues', 'quorum_queues', 'streams']).default('all'),
  priority: int.default(0),
  definition: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

export const ownVars = {
  pulsar_sites: sitesVar,
  rabbitmq_policies: {
    type: listOf(policy),
    default: [],
    doc: 'Policies: `name`, `vhost`, `pattern`, `apply_to`, `priority`, `definition`. Own variable of gatdeploy.',
  },
  rabbitmq_management_ip: {
    type: word,
    default: '127.0.0.1',
    doc: 'Address that the management interface listens on unless `rabbitmq_config` names one. Own variable of gatdeploy.',
  },
  rabbitmq_install_method: {
    type: z.enum(['distribution', 'repository']),
    default: 'distribution',
    doc: "`distribution`: the distribution's packages. `repository`: those of `rabbitmq_apt_repository`, in `rabbitmq_version`. Own variable of gatdeploy.",
  },
  rabbitmq_apt_repository: {
    type: listOf(word),
    default: [],
    doc: 'Lines of sources.list(5) for RabbitMQ and Erlang. Own variable of gatdeploy.',
  },
  rabbitmq_apt_key: {
    type: text.optional(),
    doc: 'Armoured public key that signs that repository. Own variable of gatdeploy.',
  },
} as const;
