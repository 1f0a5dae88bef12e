/** L10: Galaxy and Pulsar mean the same directory for jobs. */
import type { Client } from '../facts/client.ts';
import type { Environment } from '../facts/job-conf.ts';
import { type Pulsar, stagingOf, withoutSlash } from '../facts/pulsar.ts';
import { isKnown, part, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';
import { pulsarEnvironments } from './environments.ts';

export const jobsDirectory: Rule = {
  id: 'L10',
  severity: 'E',
  title: "`jobs_directory` of each Pulsar environment is the Pulsar's staging directory",
  why: 'Over a message queue Galaxy cannot ask: it computes paths from `jobs_directory`, and a job with wrong ones fails on Pulsar.',
  fix: 'Write the same path on both sides.',
  check: (facts) =>
    pulsarEnvironments(facts).flatMap(({ environment, client, pulsar }): readonly Found[] => {
      const node = part(environment.params, 'jobs_directory');
      if (node && !isKnown(node)) return [];
      const path = textOf(node);
      // TPV takes braces for an expression.
      if (path?.includes('{')) return [];
      if (path === undefined) return [missing(environment, client, pulsar)];
      const staging = pulsar && stagingFor(pulsar, client);
      if (!staging || withoutSlash(path) === staging.path) return [];
      return [
        {
          message: `jobs_directory of ${environment.id} is ${path}, but Pulsar on ${pulsar.view.host} stages jobs in ${staging.path}`,
          at: [node?.position, staging.at],
          fix: `jobs_directory: ${staging.path}`,
          hosts: [client.view.host, pulsar.view.host],
        },
      ];
    }),
};

function missing(environment: Environment, client: Client, pulsar: Pulsar | undefined): Found {
  const staging = pulsar && stagingFor(pulsar, client);
  return {
    message: `the environment ${environment.id} has no jobs_directory, without which its jobs fail at once`,
    at: [environment.at, staging?.at],
    fix: `jobs_directory: ${staging?.path ?? '/mnt/pulsar/files/staging'}`,
    hosts: [client.view.host],
  };
}

function stagingFor(pulsar: Pulsar, client: Client) {
  const manager = pulsar.managers.find((one) => one.name === client.managers[0]) ?? pulsar.managers[0];
  return manager && stagingOf(pulsar, manager);
}
