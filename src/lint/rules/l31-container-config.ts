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

/** What the role reads, with the values that the training has. */
const MANDATORY: Readonly<Record<string, string>> = {
  'listeners.tcp': 'none',
  'ssl_listeners.default': '5671',
  'ssl_options.cacertfile': '/etc/ssl/certs/fullchain.pem',
  'ssl_options.certfile': '/etc/ssl/certs/cert.pem',
  'ssl_options.keyfile': "'/etc/ssl/user/privkey-999:999.pem'",
  'ssl_options.verify': 'verify_peer',
  'ssl_options.fail_if_no_peer_cert': "'false'",
  'management_agent.disable_metrics_collector': "'false'",
  'management.disable_stats': "'false'",
  consumer_timeout: '21600000',
};

function missingKeys({ view }: Broker): readonly Found[] {
  const config = view.node('rabbitmq_config');
  const missing = Object.keys(MANDATORY).filter((key) => part(config, ...key.split('.')) === undefined);
  if (missing.length === 0) return [];
  return [
    {
      message: `rabbitmq_config lacks ${missing.join(', ')}, without which Ansible's role cannot write rabbitmq.conf`,
      at: [view.defined('rabbitmq_config')],
      fix: `rabbitmq_config: {…, ${missing.map(written).join(', ')}}`,
      hosts: [view.host],
    },
  ];
}

/** `management: {disable_stats: 'false'}`. */
function written(key: string): string {
  const [first = '', second] = key.split('.');
  return second === undefined ? `${first}: ${MANDATORY[key]}` : `${first}: {${second}: ${MANDATORY[key]}}`;
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
