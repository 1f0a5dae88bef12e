/** L51: users and virtual hosts of the broker have somebody who uses them. */
import type { Broker } from '../facts/broker.ts';
import type { Client } from '../facts/client.ts';
import type { Found, Rule } from '../rule.ts';

export const unused: Rule = {
  id: 'L51',
  severity: 'W',
  title: 'Each user and each virtual host of the broker is used by a runner or a Pulsar',
  why: 'A login that nobody needs is one that can be stolen; often it is what is left of a name that was changed on one side only.',
  fix: 'Take it out, and put it into `rabbitmq_users_absent` or `rabbitmq_vhosts_absent` once.',
  check: ({ brokers, clients }) =>
    brokers.flatMap((broker) => {
      const own = clients.filter((one) => one.broker === broker);
      return own.length === 0 ? [] : [...users(broker, own), ...vhosts(broker, own)];
    }),
};

function users({ view, users: declared }: Broker, clients: readonly Client[]): readonly Found[] {
  return declared
    .filter(({ user, tags }) => tags === '' && !clients.some(({ url }) => url?.user === user))
    .map(({ user, at, vhost }) => ({
      message: `no runner and no Pulsar of this project logs in as ${user} (virtual host ${vhost})`,
      at: [at],
      fix: `rabbitmq_users_absent: [guest, ${user}]`,
      hosts: [view.host],
    }));
}

function vhosts({ view, vhosts: declared }: Broker, clients: readonly Client[]): readonly Found[] {
  return declared
    .filter(({ name }) => name !== '/' && !clients.some(({ url }) => url?.vhost === name))
    .map(({ name, at }) => ({
      message: `no runner and no Pulsar of this project uses the virtual host ${name}`,
      at: [at],
      fix: `rabbitmq_vhosts_absent: [${name}]`,
      hosts: [view.host],
    }));
}
