/** L06: the slash with which a virtual host begins is in the URL, too. */
import { knownVhosts } from '../facts/broker.ts';
import type { Rule } from '../rule.ts';
import { vhostPlace, withVhost } from './l02-vhost-declared.ts';

export const vhostSlash: Rule = {
  id: 'L06',
  severity: 'W',
  title: 'A virtual host whose name begins with a slash has two slashes before it in the URL, another one has one',
  why: 'The first slash only ends the host; with one slash less or more it is another virtual host.',
  fix: 'Write `:5671//pulsar/x` for `/pulsar/x`, and `:5671/pulsar/x` for `pulsar/x`.',
  check: ({ clients }) =>
    clients.flatMap((client) => {
      const { url, broker } = client;
      if (!url || !broker) return [];
      const known = knownVhosts(broker);
      const other = url.vhost.startsWith('/') ? url.vhost.replace(/^\/+/, '') : `/${url.vhost}`;
      if (known.has(url.vhost) || other === '' || !known.has(other)) return [];
      return [
        {
          message: `${client.option} of ${client.label} means the virtual host \`${url.vhost}\`; the broker has \`${other}\`, which differs by the slash at its beginning`,
          at: [client.at, vhostPlace(broker, other)],
          fix: withVhost(client, other),
          hosts: [client.view.host, broker.view.host],
        },
      ];
    }),
};
