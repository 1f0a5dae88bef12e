/** L03: the user of a URL is declared, with rights on its virtual host. */
import { didYouMean } from '../../base/did-you-mean.ts';
import { type Broker, type BrokerUser, knownVhosts } from '../facts/broker.ts';
import type { Client } from '../facts/client.ts';
import type { Found, Rule } from '../rule.ts';

export const userRights: Rule = {
  id: 'L03',
  severity: 'E',
  title: 'The user of each URL is declared with rights on its virtual host',
  why: 'The broker refuses the login (403 ACCESS_REFUSED), and the consumers end for good while the service looks alive.',
  fix: 'Add an entry to `rabbitmq_users` with this `user` and `vhost`.',
  check: ({ clients }) => clients.flatMap((client) => checkClient(client)),
};

function checkClient(client: Client): readonly Found[] {
  const { url, broker } = client;
  if (!url || url.user === '' || !broker || broker.users.length === 0) return [];
  const entries = broker.users.filter((one) => one.user === url.user);
  const hosts = [client.view.host, broker.view.host];
  const first = entries[0];
  if (!first) return [{ ...unknownUser(client, url.user, broker), hosts }];
  const entry = entries.find((one) => one.vhost === url.vhost);
  if (entry) return missingRights(client, entry).map((found) => ({ ...found, hosts }));
  if (!knownVhosts(broker).has(url.vhost)) return [];
  return [
    {
      message: `${client.label} logs in as ${url.user} to ${url.vhost}, but ${url.user} has rights on ${entries.map((one) => one.vhost).join(', ')} only`,
      at: [first.placeOf('vhost'), client.at],
      fix: `rabbitmq_users: {user: ${url.user}, password: …, vhost: ${url.vhost}}`,
      hosts,
    },
  ];
}

function unknownUser(client: Client, user: string, broker: Broker): Omit<Found, 'hosts'> {
  const names = [...new Set(broker.users.map((one) => one.user))];
  const near = didYouMean(user, names);
  return {
    message: `${client.label} logs in as ${user}, whom rabbitmq_users of ${broker.view.host} does not declare: it has ${names.join(', ')}`,
    at: [client.at, broker.users[0]?.at],
    fix:
      near === undefined
        ? `rabbitmq_users: add {user: ${user}, password: …, vhost: ${client.url?.vhost}}`
        : `did you mean ${near}?`,
  };
}

/** What Pulsar and Galaxy make and use in the virtual host. */
const NAMES = ['pulsar', 'pulsar__setup'];

function missingRights(client: Client, entry: BrokerUser): readonly Omit<Found, 'hosts'>[] {
  const rights = [
    ['configure_priv', entry.configure],
    ['write_priv', entry.write],
    ['read_priv', entry.read],
  ] as const;
  return rights
    .filter(([, pattern]) => !NAMES.every((name) => matches(pattern, name)))
    .map(([right, pattern]) => ({
      message: `${right} of ${entry.user} on ${entry.vhost} is ${pattern === '' ? 'empty' : pattern}, which does not cover the queues of ${client.label}: ${NAMES.join(', ')}`,
      at: [entry.placeOf(right), client.at],
      fix: `${right}: "^pulsar"`,
    }));
}

/** The broker's regular expressions are not quite JavaScript's; what can't be read is taken as fitting. */
function matches(pattern: string, name: string): boolean {
  if (pattern === '') return false;
  try {
    return new RegExp(pattern).test(name);
  } catch {
    return true;
  }
}
