/** L60: options of app.yml, its managers and Pulsar's environments have no misspelt names. */
import { editDistance } from '../../base/did-you-mean.ts';
import type { Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import type { Pulsar } from '../facts/pulsar.ts';
import { entriesOf, placeOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';
import { pulsarEnvironments } from './environments.ts';
import { ENVIRONMENT_OPTIONS, MANAGER_OPTIONS, PULSAR_OPTIONS } from './pulsar-options.ts';

export const unknownOptions: Rule = {
  id: 'L60',
  severity: 'W',
  title:
    "Options in `pulsar_yaml_config`, of its managers and of Pulsar's environments are spelt as Pulsar reads them",
  why: 'A misspelt option is never read: the default counts, without a word.',
  fix: 'Correct the name.',
  check: (facts) => [
    ...facts.pulsars.flatMap(checkPulsar),
    ...pulsarEnvironments(facts).flatMap(({ environment, galaxy }) =>
      misspelt(environment.params, ENVIRONMENT_OPTIONS).map(({ key, near, at }) => ({
        message: `${key} of the environment ${environment.id} is no option that Galaxy or Pulsar reads`,
        at: [at],
        fix: `${near}: …`,
        hosts: [galaxy.view.host],
      })),
    ),
  ],
};

function checkPulsar({ view, options, nameAt, managers }: Pulsar): readonly Found[] {
  const hosts = [view.host];
  const own: Node = { kind: 'dict', entries: options, position: view.play.position };
  const top = misspelt(own, PULSAR_OPTIONS).map(({ key, near }) => ({
    message: `${key} in pulsar_yaml_config of ${view.host} is no option that Pulsar reads`,
    at: [nameAt(key)],
    fix: `${near}: …`,
    hosts,
  }));
  const below = managers.flatMap(({ name, options: node }) =>
    misspelt(node, MANAGER_OPTIONS).map(({ key, near, at }) => ({
      message: `${key} of the manager ${name} of ${view.host} is no option that Pulsar reads`,
      at: [at],
      fix: `${near}: …`,
      hosts,
    })),
  );
  return [...top, ...below];
}

type Misspelt = { readonly key: string; readonly near: string; readonly at: Position | undefined };

/** Only near misses: further options exist for plugins and in newer versions. */
function misspelt(node: Node | undefined, known: readonly string[]): readonly Misspelt[] {
  return entriesOf(node).flatMap(([key]): readonly Misspelt[] => {
    if (known.includes(key) || key.length < 5) return [];
    const limit = key.length > 8 ? 2 : 1;
    const near = known.find((one) => editDistance(key, one) <= limit);
    return near === undefined ? [] : [{ key, near, at: placeOf(node, key) }];
  });
}
