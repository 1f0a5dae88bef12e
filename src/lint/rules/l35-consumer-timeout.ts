/** L35: Galaxy does not reconnect all the time. */
import { speaksTls } from '../facts/client.ts';
import type { HostView } from '../facts/host-view.ts';
import type { Runner } from '../facts/job-conf.ts';
import { part, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const consumerTimeout: Rule = {
  id: 'L35',
  severity: 'W',
  title: "`amqp_consumer_timeout` of Galaxy's runner is 1 or more with TLS",
  why: 'After each timeout on a TLS connection Galaxy connects anew: at 0.2 seconds, the default, the broker sees five logins a second.',
  fix: 'Set `amqp_consumer_timeout: 2` on the runner.',
  check: ({ clients }) =>
    clients.filter(speaksTls).flatMap(({ runner, view }) => (runner ? checkRunner(runner, view) : [])),
};

function checkRunner({ id, at, params }: Runner, view: HostView): readonly Found[] {
  const node = part(params, 'amqp_consumer_timeout');
  const text = node ? textOf(node) : '0.2';
  if (text === undefined || !(Number(text) < 1)) return [];
  return [
    {
      message: `amqp_consumer_timeout of the runner ${id} is ${text}${node ? '' : ', the default'}; with TLS expected 1 or more`,
      at: [node?.position ?? at],
      fix: 'amqp_consumer_timeout: 2.0',
      hosts: [view.host],
    },
  ];
}
