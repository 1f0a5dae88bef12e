/** L47: both sides name jobs in the same way, and several Galaxies do not use the same names. */
import type { ProjectFacts } from '../facts/facts-of-project.ts';
import { part, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';
import { pulsarEnvironments } from './environments.ts';

export const assignIds: Rule = {
  id: 'L47',
  severity: 'I',
  title:
    '`assign_ids` is the same in the environment and on Pulsar, and `uuid` where several Galaxies use one Pulsar',
  why: "Pulsar names a job's directory by it: with different ones the two sides look in different places, and two Galaxies give the same numbers.",
  fix: 'Set `assign_ids: uuid` on both sides.',
  check: (facts) => [...mismatches(facts), ...shared(facts)],
};

function mismatches(facts: ProjectFacts): readonly Found[] {
  return pulsarEnvironments(facts).flatMap(({ environment, pulsar, galaxy }) => {
    const own = part(environment.params, 'assign_ids');
    const other = pulsar?.options.get('assign_ids');
    const [one, two] = [textOf(own) ?? 'galaxy', textOf(other) ?? 'galaxy'];
    if (!pulsar || one === two) return [];
    return [
      {
        message: `assign_ids of ${environment.id} is ${one}, but Pulsar on ${pulsar.view.host} has ${two}`,
        at: [own?.position ?? environment.at, pulsar.placeOf('assign_ids')],
        fix: `assign_ids: ${two}`,
        hosts: [galaxy.view.host, pulsar.view.host],
      },
    ];
  });
}

function shared({ clients }: ProjectFacts): readonly Found[] {
  return clients.flatMap(({ pulsar, broker, url, at, view }) => {
    if (!pulsar || !broker || textOf(pulsar.options.get('assign_ids')) === 'uuid') return [];
    const users = clients.filter((one) => one.runner && one.broker === broker && one.url?.vhost === url?.vhost);
    const hosts = [...new Set(users.map((one) => one.view.host))];
    if (hosts.length < 2) return [];
    return [
      {
        message: `${hosts.join(' and ')} send jobs to Pulsar on ${view.host}, which names them by Galaxy's numbers: both have a job 1`,
        at: [at, ...users.map((one) => one.at)],
        fix: 'assign_ids: uuid',
        hosts: [view.host, ...hosts],
      },
    ];
  });
}
