/** L49: whatever the roles of a play use can be evaluated. */
import { findUnusable, type Unusable } from '../facts/undefined.ts';
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
      .map((one): Found => {
        const { view, error, at, missing, isCertain } = one;
        return {
          ...(isCertain || missing === undefined ? {} : { severity: 'W' }),
          ...(missing === undefined ? broken(one) : undefinedOf(one, missing)),
          at: [at],
          hosts: [view.host],
          error,
        };
      }),
};

type Told = Pick<Found, 'message' | 'fix'>;

function broken({ error }: Unusable): Told {
  return { message: error.what, fix: error.fix ?? 'correct the template' };
}

/** A role that is not there yet may well define it. */
function undefinedOf({ view, variable, error }: Unusable, missing: string): Told {
  const away = likely(
    view.otherRoles.filter(({ isInstalled }) => !isInstalled).map(({ name }) => name),
    missing,
  );
  const message = `${variable} uses ${missing}, which nobody defines for ${view.host}`;
  if (away.length === 0) return { message, fix: error.fix ?? `${missing}: …` };
  return {
    message: `${message}; it may come from ${away.length > 3 ? `one of ${away.length} roles` : away.join(' or ')}, of which the project has no copy`,
    fix: 'ansible-galaxy install -p roles -r requirements.yml',
  };
}

/** Variables mostly begin with the name of their role. */
function likely(roles: readonly string[], variable: string): readonly string[] {
  const [first] = variable.split('_');
  const alike = roles.filter((name) => name.split('.').at(-1)?.startsWith(`${first}`));
  return alike.length > 0 ? alike : roles;
}
