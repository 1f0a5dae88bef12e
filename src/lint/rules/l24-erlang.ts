/** L24: versions of RabbitMQ and Erlang that are both named go together. */
import { wrongPair } from '../../roles/rabbitmq/advice.ts';
import { textOf } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';

export const erlang: Rule = {
  id: 'L24',
  severity: 'W',
  title: '`rabbitmq_erlang_version` is one that `rabbitmq_version` supports',
  why: 'A broker on another Erlang crashes when it starts, or in use. `verify` compares what is installed.',
  fix: "Name two versions of RabbitMQ's table, or take the distribution's: `rabbitmq_install_method: distribution`.",
  check: ({ brokers }) =>
    brokers.flatMap(({ view }) => {
      const text = (name: string) => textOf(view.node(name));
      const wrong = wrongPair({
        rabbitmq_version: text('rabbitmq_version'),
        rabbitmq_erlang_version: text('rabbitmq_erlang_version'),
        rabbitmq_install_method: text('rabbitmq_install_method') ?? 'distribution',
      });
      if (wrong === undefined) return [];
      return [
        {
          message: `the versions for the broker on ${view.host} do not go together: ${wrong}`,
          at: [view.valueAt('rabbitmq_erlang_version'), view.valueAt('rabbitmq_version')],
          fix: 'rabbitmq_install_method: distribution',
          hosts: [view.host],
        },
      ];
    }),
};
