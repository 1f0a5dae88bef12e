/** L56: no version of amqp is pinned that does not check certificates. */
import { satisfies } from '@renovatebot/pep440';
import type { Pulsar } from '../facts/pulsar.ts';
import { usesQueue } from '../facts/pulsar.ts';
import { itemsOf, textOf } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';

export const pinnedAmqp: Rule = {
  id: 'L56',
  severity: 'W',
  title: 'amqp is not pinned to a version before 5.0.3',
  why: "Those do not check the broker's certificate by themselves, so that the two sides of a queue differ in what they accept; gatdeploy makes them check all the same.",
  fix: "Take the pin out, and let the host trust the broker's authority.",
  check: ({ pulsars }) =>
    pulsars.filter(usesQueue).flatMap((pulsar) => {
      const pin = amqpPin(pulsar);
      if (pin === undefined) return [];
      const items = itemsOf(pulsar.view.node('pulsar_optional_dependencies'));
      return [
        {
          message: `${pin} is a version that does not check the broker's certificate; Galaxy's own is newer and does`,
          at: [items.find((item) => textOf(item) === pin)?.position],
          fix: `take '${pin}' out of pulsar_optional_dependencies`,
          hosts: [pulsar.view.host],
        },
      ];
    }),
};

/** Versions that check the chain, one of each series. */
const CHECKING = ['5.0.3', '5.0.9', '5.1.1', '5.2.0', '5.3.1', '6.0.0'];

/** The requirement that pins amqp to such a version. */
export function amqpPin({ dependencies }: Pulsar): string | undefined {
  return dependencies.find((one) => {
    const specifier = /^amqp\s*([=<~>!].*)$/.exec(one)?.[1];
    return specifier !== undefined && !CHECKING.some((version) => satisfies(version, specifier));
  });
}
