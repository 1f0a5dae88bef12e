/** L46: Pulsar can set metadata where it is asked to. */
import { boolOf, part } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';
import { pulsarEnvironments } from './environments.ts';

export const metadata: Rule = {
  id: 'L46',
  severity: 'W',
  title: '`remote_metadata: true` goes with `remote_property_galaxy_home` or `use_metadata_binary`',
  why: "Pulsar sets metadata with Galaxy's code, which it does not find by itself.",
  fix: 'Set `remote_metadata: false`, or tell where Galaxy is on the Pulsar host.',
  check: (facts) =>
    pulsarEnvironments(facts).flatMap(({ environment, galaxy, pulsar }) => {
      const node = part(environment.params, 'remote_metadata');
      const home = ['remote_property_galaxy_home', 'use_metadata_binary'].some((key) =>
        part(environment.params, key),
      );
      if (boolOf(node) !== true || home || pulsar?.options.has('galaxy_home')) return [];
      return [
        {
          message: `remote_metadata of ${environment.id} is true, but nothing tells Pulsar where Galaxy's code is`,
          at: [node?.position],
          fix: 'remote_metadata: false',
          hosts: [galaxy.view.host],
        },
      ];
    }),
};
