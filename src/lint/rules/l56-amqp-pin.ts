/** L56: no version of amqp is pinned that does not check certificates. */
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

/** The requirement that allows no version but those. */
export function amqpPin({ dependencies }: Pulsar): string | undefined {
  return dependencies.find((one) => {
    const parts = /^amqp\s*([=<~>!].*)$/.exec(one)?.[1]?.split(',') ?? [];
    return parts.some((part) => endsBeforeChecks(part));
  });
}

/** `==5.0.2`, `<5.0.3`, `<=5.0.1`, `~=4.2`. */
function endsBeforeChecks(specifier: string): boolean {
  const [, operator, text = ''] = /^\s*(===?|<=?|~=)\s*([\d.]+)\s*$/.exec(specifier) ?? [];
  const [major = 0, minor = 0, patch = 0] = text.split('.').map(Number);
  const weight = (major * 1000 + minor) * 1000 + patch;
  if (operator === '<') return weight <= FIRST_CHECKING;
  if (operator === '~=') return major < 5;
  return operator !== undefined && weight < FIRST_CHECKING;
}

/** 5.0.3 */
const FIRST_CHECKING = 5_000_003;
