/** L09: the manager that a runner names exists on its Pulsar. */
import { didYouMean } from '../../base/did-you-mean.ts';
import { pulsarsOf } from '../facts/client.ts';
import { part } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';

export const manager: Rule = {
  id: 'L09',
  severity: 'E',
  title: "The `manager` of each runner is one of the Pulsar's `managers`",
  why: "Galaxy writes to queues that carry the manager's name; of a name that Pulsar does not know it hears nothing, and jobs stay queued.",
  fix: 'Use a name of `managers` in `pulsar_yaml_config`, or `_default_` where there are none.',
  check: ({ clients }) =>
    clients.flatMap((client) => {
      const { runner, url } = client;
      const wanted = client.managers[0];
      if (!runner || !url || wanted === undefined) return [];
      const pulsars = pulsarsOf(client, clients);
      const first = pulsars[0]?.pulsar;
      const names = [...new Set(pulsars.flatMap((one) => one.managers))];
      if (!first || names.includes(wanted)) return [];
      const meant = didYouMean(wanted, names) ?? names[0];
      return [
        {
          message: `${client.label} sends to the manager ${wanted}, but Pulsar on ${first.view.host} has ${names.join(', ')}`,
          at: [part(runner.params, 'manager')?.position ?? runner.at, first.managers[0]?.at],
          fix: `manager: ${meant}`,
          hosts: [client.view.host, first.view.host],
        },
      ];
    }),
};
