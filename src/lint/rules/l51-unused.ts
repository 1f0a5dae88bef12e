/** L51: users and virtual hosts of the broker have somebody who uses them. */
import type { Broker } from '../facts/broker.ts';
import type { Client } from '../facts/client.ts';
import type { ProjectFacts } from '../facts/facts-of-project.ts';
import { writtenQueueUrls } from '../facts/written.ts';
import type { Found, Rule } from '../rule.ts';

export const unused: Rule = {
  id: 'L51',
  severity: 'W',
  title: 'Each user and each virtual host of the broker is used by Galaxy, a runner or a Pulsar',
  why: 'A login that nobody needs is one that can be stolen; often it is what is left of a name that was changed on one side only.',
  fix: 'Take it out, and put it into `rabbitmq_users_absent` or `rabbitmq_vhosts_absent` once.',
  check: (facts) =>
    facts.brokers.flatMap((broker) => {
      const own = facts.clients.filter((one) => one.broker === broker);
      return own.some((one) => one.runner ?? one.pulsar)
        ? [...users(broker, own, facts), ...vhosts(broker, own, facts)]
        : [];
    }),
};

function users(
  { view, users: declared }: Broker,
  clients: readonly Client[],
  facts: ProjectFacts,
): readonly Found[] {
  return declared
    .filter(({ user, tags }) => tags === '' && !clients.some(({ url }) => url?.user === user))
    .filter(({ user }) => !writtenQueueUrls(facts).some((url) => url.includes(`://${user}:`)))
    .map(({ user, at, vhost }) => ({
      message: `no runner and no Pulsar of this project logs in as ${user} (virtual host ${vhost})`,
      at: [at],
      fix: `rabbitmq_users_absent: [guest, ${user}]`,
      hosts: [view.host],
    }));
}

function vhosts(
  { view, vhosts: declared }: Broker,
  clients: readonly Client[],
  facts: ProjectFacts,
): readonly Found[] {
  return declared
    .filter(({ name }) => name !== '/' && !clients.some(({ url }) => url?.vhost === name))
    .filter(({ name }) => !writtenQueueUrls(facts).some((url) => url.split('?')[0]?.endsWith(`/${name}`)))
    .map(({ name, at }) => ({
      message: `no runner and no Pulsar of this project uses the virtual host ${name}`,
      at: [at],
      fix: `rabbitmq_vhosts_absent: [${name}]`,
      hosts: [view.host],
    }));
}
