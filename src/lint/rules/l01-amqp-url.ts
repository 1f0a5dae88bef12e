/** L01: message queue URLs can be read by kombu. */
import type { Client } from '../facts/client.ts';
import type { Rule } from '../rule.ts';
import { escapingProblems } from './l07-escaping.ts';

const SCHEMES = ['pyamqp', 'amqp', 'amqps'];

export const amqpUrl: Rule = {
  id: 'L01',
  severity: 'E',
  title: 'Each message queue URL has a scheme for AMQP, a user, a password, a host and a port',
  why: 'Galaxy and Pulsar end their consumers, or do not start, with a URL that they cannot read.',
  fix: 'Write `pyamqp://USER:PASSWORD@HOST:5671//VHOST?ssl=1`.',
  check: ({ clients }) =>
    clients.flatMap((client) => {
      const problem = problemOf(client);
      if (problem === undefined || escapingProblems(client).some(({ breaks }) => breaks)) return [];
      return [
        {
          message: `${client.option} of ${client.label} ${problem}`,
          at: [client.at],
          fix: `${client.option}: "pyamqp://USER:{{ vault_password_of_user }}@HOST:5671//VHOST?ssl=1"`,
          hosts: [client.view.host],
        },
      ];
    }),
};

function problemOf({ url, option, source }: Client): string | undefined {
  if (!url) return 'is no AMQP URL: expected pyamqp://USER:PASSWORD@HOST:PORT/VHOST with a number as port';
  if (!SCHEMES.includes(url.scheme)) return `has the scheme ${url.scheme}; expected ${SCHEMES.join(', ')}`;
  if (url.user === '') return 'names no user';
  if (url.password.reveal() === '') return 'has no password';
  // A blank variable on Pulsar's side is told by the rule about names.
  if (url.host === '' && !(option === 'message_queue_url' && /@\{\{/.test(source ?? ''))) return 'names no host';
  return url.port > 65535 || url.port < 1 ? `has the port ${url.port}, which cannot be` : undefined;
}
