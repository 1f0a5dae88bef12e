/** L22: TLS is set up in one place. */
import { tlsOptions } from '../facts/client.ts';
import { placeOf } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';

export const sslTwice: Rule = {
  id: 'L22',
  severity: 'E',
  title: 'A URL with `?ssl=…` has no `amqp_connect_ssl_*` beside it',
  why: 'kombu lets the URL win and ignores the options: the authority or the certificate that they name is not used.',
  fix: 'Take `?ssl=1` out of the URL: the options alone switch TLS on.',
  check: ({ clients }) =>
    clients.flatMap((client) => {
      const ignored = tlsOptions(client);
      const first = ignored[0];
      if (!client.url?.tlsByQuery || first === undefined) return [];
      return [
        {
          message: `${client.option} of ${client.label} says ?ssl=…, so ${ignored.join(', ')} beside it ${ignored.length === 1 ? 'is' : 'are'} ignored`,
          at: [client.at, client.pulsar ? client.pulsar.nameAt(first) : placeOf(client.options, first)],
          fix: `${client.option}: the same URL without ?ssl=1`,
          hosts: [client.view.host],
        },
      ];
    }),
};
