/** L02: the virtual host of a URL is one of the broker's. */
import { didYouMean } from '../../base/did-you-mean.ts';
import { type Broker, declaredVhosts } from '../facts/broker.ts';
import type { Client } from '../facts/client.ts';
import type { Rule } from '../rule.ts';

export const vhostDeclared: Rule = {
  id: 'L02',
  severity: 'E',
  title: 'The virtual host of each URL is declared for the broker',
  why: 'The broker refuses the connection (530 NOT_ALLOWED), and the consumers end for good while the service looks alive.',
  fix: 'Declare it in `rabbitmq_vhosts`, or correct the URL; kombu takes exactly one slash off the path.',
  check: ({ clients }) =>
    clients.flatMap((client) => {
      const { url, broker } = client;
      if (!url || !broker || broker.users.length + broker.vhosts.length === 0) return [];
      const known = declaredVhosts(broker);
      if (known.has(url.vhost)) return [];
      const near = nearVhost(url.vhost, known);
      return [
        {
          message: `${client.option} of ${client.label} means the virtual host ${url.vhost}, but the broker on ${broker.view.host} has ${[...known].join(', ')}`,
          at: [client.at, vhostPlace(broker, near)],
          fix: near === undefined ? `rabbitmq_vhosts: add \`- ${url.vhost}\`` : withVhost(client, near),
          hosts: [client.view.host, broker.view.host],
        },
      ];
    }),
};

/** The virtual host that was most likely meant. */
export function nearVhost(vhost: string, known: ReadonlySet<string>): string | undefined {
  const bare = (name: string) => name.replace(/^\/+/, '');
  const real = [...known].filter((name) => name !== '/');
  return real.find((name) => bare(name) === bare(vhost)) ?? didYouMean(vhost, real);
}

/** Where a virtual host is declared, else where any is. */
export function vhostPlace(broker: Broker, name: string | undefined) {
  const declared =
    broker.vhosts.find((one) => one.name === name) ?? broker.users.find((one) => one.vhost === name);
  return declared?.at ?? broker.vhosts[0]?.at ?? broker.users[0]?.at;
}

/** The line of a client's URL with another virtual host, as it has to be written. */
export function withVhost({ source, option }: Client, vhost: string): string {
  const path = vhost === '/' ? '/' : `/${encodeURI(vhost)}`;
  const quoted = source
    ?.replace(new RegExp(`^\\s*${option}:\\s*`), '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2');
  const parts = quoted && /^(\w+:\/\/.*@.*?:\d+)\/[^?]*(\?.*)?$/.exec(quoted);
  return parts
    ? `${option}: "${parts[1]}${path}${parts[2] ?? ''}"`
    : `${option}: write ${path} behind the port, so that the path begins with ${path.slice(0, 2)}`;
}
