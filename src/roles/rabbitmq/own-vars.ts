/** Variables of the broker that no Ansible role has. */
import { z } from 'zod';
import { sitesVar } from '../pulsar-sites.ts';
import { int, listOf, text, word } from '../types.ts';

const setting = z.union([z.string(), z.number(), z.boolean()]);

const policy = z.strictObject({
  name: word,
  vhost: word.default('/'),
  pattern: word.default('.*'),
  apply_to: z.enum(['all', 'queues', 'exchanges', 'classic_queues', 'quorum_queues', 'streams']).default('all'),
  priority: int.default(0),
  definition: z.record(z.string(), z.union([setting, z.array(setting)])),
});

const absentPolicy = z.strictObject({ name: word, vhost: word.default('/') });

export const ownVars = {
  pulsar_sites: sitesVar,
  rabbitmq_policies: {
    type: listOf(policy),
    default: [],
    doc: 'Policies: `name`, `vhost`, `pattern`, `apply_to`, `priority`, `definition`. Own variable of gatdeploy.',
  },
  rabbitmq_policies_absent: {
    type: listOf(z.union([word.transform((name) => ({ name, vhost: '/' })), absentPolicy])),
    default: [],
    doc: 'Policies that are taken away: a `name` (in the virtual host `/`), or `{name, vhost}`. Own variable of gatdeploy.',
  },
  rabbitmq_management_ip: {
    type: word,
    default: '127.0.0.1',
    doc: 'Address that the management interface listens on unless `rabbitmq_config` names one. Own variable of gatdeploy.',
  },
  rabbitmq_install_method: {
    type: z.enum(['distribution', 'repository', 'container']),
    default: 'distribution',
    doc: "`distribution`: the distribution's packages. `repository`: those of `rabbitmq_apt_repository`, in `rabbitmq_version`. `container` is refused for now. Own variable of gatdeploy.",
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
  rabbitmq_erlang_version: {
    type: word.optional(),
    doc: 'Version of Erlang that goes with `rabbitmq_version`, such as `1:26.2.5.6-1` or `1:26.2*`; apt keeps to both. Own variable of gatdeploy.',
  },
  rabbitmq_advanced_config: {
    type: text.optional(),
    doc: 'Content of advanced.config, in Erlang terms, for what rabbitmq.conf has no place for. Own variable of gatdeploy.',
  },
  rabbitmq_distribution_ip: {
    type: z.enum(['127.0.0.1', '0.0.0.0']),
    default: '127.0.0.1',
    doc: "Address that Erlang's own ports, 25672 and 4369, listen on; whoever reaches these and knows the cookie owns the broker. `0.0.0.0` opens them on all addresses, as without gatdeploy. Own variable of gatdeploy.",
  },
  rabbitmq_certificate_name: {
    type: word,
    default: "{{ certbot_domains[0] | default(inventory_hostname if '.' in inventory_hostname else '') }}",
    doc: "Name that the broker's certificate must have before it is used; empty where it needs none. Own variable of gatdeploy.",
  },
} as const;
