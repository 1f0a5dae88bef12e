/** L18: Pulsar's environment has the packages that its way of working needs. */
import type { Pulsar } from '../facts/pulsar.ts';
import { usesQueue } from '../facts/pulsar.ts';
import { isFullyKnown, part, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const dependencies: Rule = {
  id: 'L18',
  severity: 'E',
  title:
    '`pulsar_optional_dependencies` has kombu for a message queue, drmaa for a DRMAA manager, and requests-toolbelt or pycurl',
  why: 'Pulsar does not start without kombu or drmaa where it needs them; without requests-toolbelt or pycurl a file is held in memory as a whole while it is sent.',
  fix: 'Add the package to `pulsar_optional_dependencies`.',
  check: ({ pulsars }) => pulsars.flatMap(checkPulsar),
};

function checkPulsar(pulsar: Pulsar): readonly Found[] {
  const name = textOf(pulsar.view.node('pulsar_package_name')) ?? '';
  const given = pulsar.view.node('pulsar_optional_dependencies');
  if (given && !isFullyKnown(given)) return [];
  // With extras, or from a place of its own, the package may bring them.
  if (/[[/]/.test(name) || !usesQueue(pulsar)) return [];
  const drmaa = pulsar.managers.find(({ options }) => /drmaa/.test(textOf(part(options, 'type')) ?? ''));
  return [
    ...missing(pulsar, 'kombu', 'jobs come over a message queue, which Pulsar reads with it'),
    ...(drmaa ? missing(pulsar, 'drmaa', `the manager ${drmaa.name} hands jobs to the cluster with it`) : []),
    ...(has(pulsar, 'pycurl') ? [] : missing(pulsar, 'requests-toolbelt', 'files are sent with it')).map(
      (one) => ({
        ...one,
        severity: 'W' as const,
      }),
    ),
  ];
}

function has({ dependencies }: Pulsar, name: string): boolean {
  const pattern = new RegExp(`^${name.replace('-', '[-_.]')}\\b`, 'i');
  return dependencies.some((one) => pattern.test(one) || one.includes(`/${name}`));
}

function missing(pulsar: Pulsar, name: string, why: string): readonly Found[] {
  const { view } = pulsar;
  if (has(pulsar, name)) return [];
  return [
    {
      message: `pulsar_optional_dependencies of ${view.host} lacks ${name}: ${why}`,
      at: [view.defined('pulsar_optional_dependencies') ?? view.defined('pulsar_yaml_config')],
      fix: `pulsar_optional_dependencies: add \`- ${name}\``,
      hosts: [view.host],
    },
  ];
}
