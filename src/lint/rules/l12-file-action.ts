/** L12: files travel in a way that Pulsar can use. */
import { didYouMean } from '../../base/did-you-mean.ts';
import { part, textOf } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';
import { pulsarEnvironments } from './environments.ts';

const REMOTE = [
  'remote_copy',
  'remote_transfer',
  'remote_transfer_tus',
  'remote_rsync_transfer',
  'remote_scp_transfer',
  'remote_object_store_copy',
];
const LOCAL = ['none', 'transfer', 'copy', 'rewrite'];

export const fileAction: Rule = {
  id: 'L12',
  severity: 'W',
  title: '`default_file_action` of each Pulsar environment is one that Pulsar carries out',
  why: 'Over a message queue Galaxy cannot push files; without a shared file system only the `remote_*` actions work.',
  fix: 'Set `default_file_action: remote_transfer`.',
  check: (facts) =>
    pulsarEnvironments(facts).flatMap(({ environment, galaxy }) => {
      const node = part(environment.params, 'default_file_action');
      const action = textOf(node);
      if (node === undefined || action === undefined || REMOTE.includes(action)) return [];
      const isKnownAction = LOCAL.includes(action);
      return [
        {
          message: isKnownAction
            ? `default_file_action of ${environment.id} is ${action}, which needs a file system that Galaxy and Pulsar share`
            : `default_file_action of ${environment.id} is ${action}, which Pulsar does not know; its jobs fail`,
          at: [node.position],
          fix: `default_file_action: ${didYouMean(action, REMOTE) ?? 'remote_transfer'}`,
          hosts: [galaxy.view.host],
          ...(isKnownAction ? {} : { severity: 'E' as const }),
        },
      ];
    }),
};
