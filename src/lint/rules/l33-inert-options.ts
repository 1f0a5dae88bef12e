/** L33: options of managers stand below a manager. */
import { textOf } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';

const OF_MANAGERS =
  /^(?:min_polling_interval|(?:pre|post)process_action_(?:max_retries|interval_(?:start|step|max)))$/;

export const inertOptions: Rule = {
  id: 'L33',
  severity: 'W',
  title: '`preprocess_action_*`, `postprocess_action_*` and `min_polling_interval` stand below `managers`',
  why: 'At the top level of app.yml Pulsar does not read them: a job whose results arrive while Galaxy restarts is lost. Where there are no `managers` gatdeploy moves them.',
  fix: 'Write them below `managers: _default_:` in `pulsar_yaml_config`.',
  check: ({ pulsars }) =>
    pulsars.flatMap((pulsar) => {
      const inert = [...pulsar.options.keys()].filter((key) => OF_MANAGERS.test(key));
      if (inert.length === 0) return [];
      const manager = pulsar.managers[0]?.name ?? '_default_';
      return [
        {
          message: `Pulsar does not read ${inert.join(', ')} at the top level of pulsar_yaml_config${pulsar.hasDefaultManager ? `; gatdeploy moves ${inert.length === 1 ? 'it' : 'them'} below managers._default_` : ''}`,
          at: inert.map((key) => pulsar.nameAt(key)),
          fix: `managers: {${manager}: {${pulsar.hasDefaultManager ? 'type: queued_python, ' : ''}${inert.map((key) => `${key}: ${textOf(pulsar.options.get(key)) ?? '…'}`).join(', ')}}}`,
          hosts: [pulsar.view.host],
        },
      ];
    }),
};
