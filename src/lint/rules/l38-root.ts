/** L38: Pulsar's directory is an absolute path. */
import { textOf } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';

export const root: Rule = {
  id: 'L38',
  severity: 'W',
  title: '`pulsar_root` is an absolute path',
  why: "A relative one is taken from the directory in which each process happens to be: systemd's is /.",
  fix: 'Set `pulsar_root: /mnt/pulsar`.',
  check: ({ pulsars }) =>
    pulsars.flatMap(({ view }) => {
      const path = textOf(view.node('pulsar_root'));
      if (path === undefined || path.startsWith('/')) return [];
      return [
        {
          message: `pulsar_root of ${view.host} is ${path === '' ? 'empty' : path}; expected an absolute path`,
          at: [view.valueAt('pulsar_root')],
          fix: 'pulsar_root: /mnt/pulsar',
          hosts: [view.host],
        },
      ];
    }),
};
