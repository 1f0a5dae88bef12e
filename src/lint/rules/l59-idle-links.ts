/** L59: the broker keeps links on which nothing happens for long. */
import { type Broker, setting } from '../facts/broker.ts';
import { textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

/** Options, the smallest value that is well, and what a smaller one does. */
const LIMITS = [
  {
    option: 'heartbeat',
    least: 1,
    does: 'switches heartbeats off, so that nobody notices a link that a firewall dropped',
  },
  { option: 'consumer_timeout', least: 60_000, does: 'milliseconds close the channel of a consumer that is busy' },
] as const;

export const idleLinks: Rule = {
  id: 'L59',
  severity: 'W',
  title: "The broker's `heartbeat` is on, and its `consumer_timeout` a minute or more",
  why: 'Between jobs a link is silent for hours: without heartbeats a firewall drops it and nobody notices; with a short timeout the broker closes the channel of a consumer that is busy.',
  fix: 'Take both out of `rabbitmq_config`: the defaults are 60 seconds and 30 minutes.',
  check: ({ brokers }) => brokers.flatMap(checkBroker),
};

function checkBroker({ view, era }: Broker): readonly Found[] {
  const config = view.node('rabbitmq_config');
  const options = era === 'list' ? setting(config, 'rabbit') : config;
  return LIMITS.flatMap(({ option, least, does }): readonly Found[] => {
    const node = setting(options, option);
    const text = textOf(node);
    if (text === undefined || !/^\d+$/.test(text) || Number(text) >= least) return [];
    return [
      {
        message: `${option} of the broker on ${view.host} is ${text}: ${does}`,
        at: [node?.position],
        fix: `take ${option} out`,
        hosts: [view.host],
      },
    ];
  });
}
