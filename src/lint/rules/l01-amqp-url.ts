/** L01: message queue URLs can be read by kombu. */
import type { Client } from '../facts/client.ts';
import type { Galaxy } from '../facts/galaxy.ts';
import { hasNoQueue, type Pulsar } from '../facts/pulsar.ts';
import { isKnown, part, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';
import { escapingProblems } from './l07-escaping.ts';

const SCHEMES = ['pyamqp', 'amqp', 'amqps'];

export const amqpUrl: Rule = {
  id: 'L01',
  severity: 'E',
  title: 'Each message queue URL has a scheme for AMQP, a user, a password, a host and a port',
  why: 'Galaxy and Pulsar end their consumers, or do not start, with a URL that they cannot read.',
  fix: 'Write `pyamqp://USER:PASSWORD@HOST:5671//VHOST?ssl=1`.',
  check: ({ clients, galaxies, pulsars }) => [
    ...galaxies.flatMap(withoutUrl),
    ...pulsars.flatMap(waitingForNothing),
    ...clients.flatMap((client) => {
      const problem = problemOf(client);
      if (problem === undefined || escapingProblems(client).some(({ breaks }) => breaks)) return [];
      return [
        {
          message: `${client.option} of ${client.label} ${problem}`,
          at: [client.at],
          fix: `${client.option}: ${EXAMPLE}`,
          hosts: [client.view.host],
        },
      ];
    }),
  ],
};

const EXAMPLE = '"pyamqp://USER:{{ vault_password_of_user }}@HOST:5671//VHOST?ssl=1"';

function withoutUrl({ jobs, view }: Galaxy): readonly Found[] {
  const silent = (jobs?.runners ?? []).filter(({ isPulsarMq, params }) => {
    const url = part(params, 'amqp_url');
    // Newer Galaxies also reach a Pulsar by a relay over HTTP.
    if (part(params, 'relay_url')) return false;
    return isPulsarMq && (url === undefined || (isKnown(url) && (textOf(url) ?? '').trim() === ''));
  });
  return silent.map(({ id, at, params }) => ({
    message: `the runner ${id} has no amqp_url, so it never reaches a Pulsar`,
    at: [part(params, 'amqp_url')?.position ?? at],
    fix: `amqp_url: ${EXAMPLE}`,
    hosts: [view.host],
  }));
}

/** Without a queue and without a web server nothing brings jobs. */
function waitingForNothing(pulsar: Pulsar): readonly Found[] {
  const { view } = pulsar;
  const isWebless = textOf(view.node('pulsar_systemd_runner')) === 'webless';
  if (!isWebless || pulsar.options.get('message_queue_consume') || !hasNoQueue(pulsar)) return [];
  return [
    {
      message: `Pulsar on ${view.host} is webless and has no message_queue_url, so no job ever reaches it`,
      at: [pulsar.placeOf('message_queue_url')],
      fix: `message_queue_url: ${EXAMPLE}`,
      hosts: [view.host],
    },
  ];
}

function problemOf({ url, option, source, raw }: Client): string | undefined {
  if (!url) return 'is no AMQP URL: expected pyamqp://USER:PASSWORD@HOST:PORT/VHOST with a number as port';
  if (!SCHEMES.includes(url.scheme)) return `has the scheme ${url.scheme}; expected ${SCHEMES.join(', ')}`;
  if (url.user === '') return 'names no user';
  if (url.password.reveal() === '') return 'has no password';
  // A blank variable on Pulsar's side is told by the rule about names.
  if (url.host === '' && !(option === 'message_queue_url' && /@\{\{/.test(source ?? ''))) return 'names no host';
  if (/@[^/?]*:(?:[/?]|$)/.test(raw)) return 'has a colon for the port, but no port';
  return url.port > 65535 || url.port < 1 ? `has the port ${url.port}, which cannot be` : undefined;
}
