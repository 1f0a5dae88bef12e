/** L49: whatever the roles of a play use can be evaluated. */
import { findUnusable } from '../facts/undefined.ts';
import type { Found, Rule } from '../rule.ts';

export const undefinedVariables: Rule = {
  id: 'L49',
  severity: 'E',
  title: "Each variable and template that a play's roles use can be evaluated",
  why: 'The run would stop at it, with a part of the work done in the case of Ansible.',
  fix: 'Define the variable, or correct its name.',
  check: (facts) =>
    findUnusable(facts)
      .filter(({ error, elsewhere }) => !elsewhere && !error.code.startsWith('vault/'))
      .map(
        ({ view, variable, error, at, missing, isCertain }): Found => ({
          ...(isCertain || missing === undefined ? {} : { severity: 'W' }),
          message:
            missing === undefined
              ? error.what.replace(/^cannot evaluate value/, `cannot evaluate ${variable}`)
              : `${variable} uses ${missing}, which nobody defines for ${view.host}`,
          at: [at],
          fix: error.fix ?? (missing === undefined ? 'correct the template' : `${missing}: …`),
          hosts: [view.host],
          error,
        }),
      ),
};
