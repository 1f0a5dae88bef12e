/** L36: somebody has decided how many jobs run at a time. */
import { part, textOf } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';

export const oneJob: Rule = {
  id: 'L36',
  severity: 'W',
  title: 'Each manager says how it runs jobs: a cluster, or `num_concurrent_jobs`',
  why: 'The default manager runs one job at a time in its own process, and loses running jobs when it restarts.',
  fix: 'Set `managers: {_default_: {type: queued_python, num_concurrent_jobs: 4}}` in `pulsar_yaml_config`, or a manager of a cluster.',
  check: ({ pulsars }) =>
    pulsars.flatMap((pulsar) => {
      if (pulsar.options.has('job_managers_config')) return [];
      return pulsar.managers.flatMap(({ name, at, options }) => {
        const type = textOf(part(options, 'type')) ?? 'queued_python';
        if (type !== 'queued_python' || part(options, 'num_concurrent_jobs')) return [];
        return [
          {
            message: `the manager ${name} of ${pulsar.view.host} has no num_concurrent_jobs: it runs one job at a time`,
            at: [at],
            fix: `managers: {${name}: {type: queued_python, num_concurrent_jobs: 4}}`,
            hosts: [pulsar.view.host],
          },
        ];
      });
    }),
};
