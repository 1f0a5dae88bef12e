/** L31: `rabbitmq_config` of the container role is complete, and each virtual host has a user. */
import { type Broker, isContainerRole } from '../facts/broker.ts';
import type { HostView } from '../facts/host-view.ts';
import { part } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const containerConfig: Rule = {
  id: 'L31',
  severity: 'E',
  title: '`rabbitmq_config` as a dict has all keys that the container role reads, and each virtual host a user',
  why: "Ansible's role fails at a missing key, as dicts are not merged with its defaults, and never makes a virtual host without a user. gatdeploy needs neither.",
  fix: 'Add the key, or an entry of `rabbitmq_users` with this `vhost`.',
  stops: false,
  check: ({ brokers }) =>
    brokers.flatMap((broker) => [
      ...(broker.era === 'dict' ? [...missingKeys(broker), ...lonely(broker)] : []),
      ...(isContainerRole(broker.view) ? oldForms(broker.view) : []),
    ]),
};

/** The container role can't read what the older role reads. */
function oldForms(view: HostView): readonly Found[] {
  const forms = [
    [
      'rabbitmq_config',
      'list',
      'a dict',
      'rabbitmq_config: {listeners: {tcp: none}, ssl_listeners: {default: 5671}, …}',
    ],
    ['rabbitmq_plugins', 'scalar', 'a list', 'rabbitmq_plugins: [rabbitmq_management]'],
  ] as const;
  return forms.flatMap(([name, old, wanted, fix]): readonly Found[] => {
    if (!view.defined(name) || view.node(name)?.kind !== old) return [];
    const form = old === 'list' ? 'a list' : 'a text';
    const message = `${name} is ${form}, as the older role had it; the container role needs ${wanted}, and fails`;
    return [{ message, at: [view.valueAt(name)], fix, hosts: [view.host] }];
  });
}

const MANDATORY = [
  'listeners.tcp',
  'ssl_listeners.default',
  'ssl_options.cacertfile',
  'ssl_options.certfile',
  'ssl_options.keyfile',
  'ssl_options.verify',
  'ssl_options.fail_if_no_peer_cert',
  'management_agent.disable_metrics_collector',
  'management.disable_stats',
  'consumer_timeout',
];

function missingKeys({ view }: Broker): readonly Found[] {
  const config = view.node('rabbitmq_config');
  const missing = MANDATORY.filter((key) => part(config, ...key.split('.')) === undefined);
  if (missing.length === 0) return [];
  return [
    {
      message: `rabbitmq_config lacks ${missing.join(', ')}, without which Ansible's role cannot write rabbitmq.conf`,
      at: [view.defined('rabbitmq_config')],
      fix: missing
        .map((key) => `${key.split('.').join(': {')}: …${'}'.repeat(key.split('.').length - 1)}`)
        .join('\n'),
      hosts: [view.host],
    },
  ];
}

function lonely({ view, vhosts, users }: Broker): readonly Found[] {
  return vhosts
    .filter(({ name }) => name !== '/' && !users.some((one) => one.vhost === name))
    .map(({ name, at }) => ({
      message: `no user has rights on ${name}: the container role does not read rabbitmq_vhosts, and would never make it`,
      at: [at],
      fix: `rabbitmq_users: {user: …, password: …, vhost: ${name}}`,
      hosts: [view.host],
    }));
}
