/** L11: Pulsar's environments do not write outputs to Galaxy's working directory. */
import { boolOf, part } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';
import { pulsarEnvironments } from './environments.ts';

export const outputs: Rule = {
  id: 'L11',
  severity: 'E',
  title: '`outputs_to_working_directory` is false for each Pulsar environment',
  why: 'With true Galaxy looks for outputs in a directory that Pulsar never writes: "output dataset(s) could not be read".',
  fix: 'Set `outputs_to_working_directory: false` in the environment; the global value may stay true.',
  check: (facts) =>
    pulsarEnvironments(facts).flatMap(({ environment, galaxy }) => {
      const own = part(environment.params, 'outputs_to_working_directory');
      const global = part(galaxy.options, 'outputs_to_working_directory');
      const effective = own ?? global;
      if (boolOf(effective) !== true) return [];
      return [
        {
          message: own
            ? `outputs_to_working_directory of ${environment.id} is true; jobs on Pulsar need false`
            : `${environment.id} does not say outputs_to_working_directory: false, so the global true counts`,
          at: own ? [own.position] : [environment.at, global?.position],
          fix: 'outputs_to_working_directory: false',
          hosts: [galaxy.view.host],
        },
      ];
    }),
};
