/** L34: acknowledgements and transport are set where Galaxy reads them. */
import type { Client } from '../facts/client.ts';
import type { ProjectFacts } from '../facts/facts-of-project.ts';
import { boolOf, part, placeOf, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';
import { pulsarEnvironments } from './environments.ts';

export const acknowledge: Rule = {
  id: 'L34',
  severity: 'W',
  title:
    '`amqp_acknowledge` has a `persistence_directory` on the runner; `persistence_directory` and `transport` are not on environments',
  why: 'Acknowledgements stay off without a directory of the runner, on the Galaxy host; on an environment nothing reads the two options.',
  fix: "Put `persistence_directory` on the runner, with a directory of Galaxy's own host that Galaxy's user may write.",
  check: (facts) => [
    ...facts.clients.flatMap((client) => onRunner(client, facts)),
    ...pulsarEnvironments(facts).flatMap(({ environment, galaxy }): readonly Found[] => {
      const inert = ['persistence_directory', 'transport'].filter((key) => part(environment.params, key));
      if (inert.length === 0) return [];
      return [
        {
          message: `nothing reads ${inert.join(' and ')} on the environment ${environment.id}: they are options of the runner`,
          at: inert.map((key) => placeOf(environment.params, key)),
          fix: `move them to runners.${environment.runner}, or take them out`,
          hosts: [galaxy.view.host],
        },
      ];
    }),
  ],
};

function onRunner({ runner, view }: Client, { pulsars }: ProjectFacts): readonly Found[] {
  if (!runner || boolOf(part(runner.params, 'amqp_acknowledge')) !== true) return [];
  const node = part(runner.params, 'persistence_directory');
  const root = textOf(view.node('galaxy_mutable_data_dir')) ?? '/srv/galaxy/var';
  const common = { fix: `persistence_directory: ${root}/pulsar_amqp_ack`, hosts: [view.host] };
  if (!node)
    return [
      {
        message: `the runner ${runner.id} has amqp_acknowledge without a persistence_directory, so nothing is acknowledged`,
        at: [part(runner.params, 'amqp_acknowledge')?.position],
        ...common,
      },
    ];
  const path = textOf(node) ?? '';
  const roots = pulsars.flatMap((one) =>
    one.view.host === view.host ? [] : (textOf(one.view.node('pulsar_root')) ?? []),
  );
  if (!roots.some((one) => `${path}/`.startsWith(`${one}/`))) return [];
  return [
    {
      message: `persistence_directory of the runner ${runner.id} is ${path}, which is a directory of Pulsar's host, not of Galaxy's`,
      at: [node.position],
      ...common,
    },
  ];
}
