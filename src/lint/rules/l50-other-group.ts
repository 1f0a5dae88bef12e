/** L50: a variable is defined for the hosts that use it. */
import { findUnusable } from '../facts/undefined.ts';
import type { Found, Rule } from '../rule.ts';

export const otherGroup: Rule = {
  id: 'L50',
  severity: 'E',
  title: 'A variable that hosts of one group use is not defined for another group only',
  why: 'Variables in group_vars/GROUP.yml exist for the hosts of that group; others find them undefined.',
  fix: 'Move the definition to group_vars/all.yml.',
  check: (facts) =>
    findUnusable(facts).flatMap(
      ({ view, variable, error, at, missing, elsewhere, isCertain }): readonly Found[] => {
        if (!elsewhere || elsewhere.by === 'vars_files') return [];
        const owner = elsewhere.by === 'group' ? `the group ${elsewhere.name}` : elsewhere.name;
        return [
          {
            ...(isCertain ? {} : { severity: 'W' }),
            message: `${variable} of ${view.host} uses ${missing}, which is defined for ${owner} only`,
            at: [at, elsewhere.at],
            fix: `group_vars/all.yml: move ${missing} there`,
            hosts: [view.host],
            code: error.code,
          },
        ];
      },
    ),
};
