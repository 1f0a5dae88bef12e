/** L44: secrets can be read, and are loaded by each play that uses them. */
import type { Position } from '../../base/position.ts';
import { findUnusable } from '../facts/undefined.ts';
import type { Found, Rule } from '../rule.ts';

export const secretsLoaded: Rule = {
  id: 'L44',
  severity: 'E',
  title: 'The vault can be decrypted, and each play lists the `vars_files` whose variables it uses',
  why: 'group_vars/secret.yml belongs to no group, so only the plays that list it know its variables.',
  fix: 'Add `vars_files: [group_vars/secret.yml]` to the play; name the password file in ansible.cfg.',
  check: (facts) => [
    ...facts.unreadable.flatMap(({ errors, host }) =>
      errors
        .filter((error) => error.code.startsWith('vault/'))
        .map(
          (error): Found => ({
            message: error.what,
            at: placesOf(error.where),
            fix: error.fix ?? PASSWORD,
            hosts: [host],
            error,
          }),
        ),
    ),
    ...findUnusable(facts).flatMap(({ view, error, at, missing, elsewhere, variable }): readonly Found[] => {
      const hosts = [view.host];
      if (error.code.startsWith('vault/'))
        return [{ message: error.what, at: [at], fix: error.fix ?? PASSWORD, hosts, error }];
      if (elsewhere?.by !== 'vars_files') return [];
      return [
        {
          message: `${variable} uses ${missing}, which the play "${view.play.name}" does not know; the play "${elsewhere.name}" loads it from ${elsewhere.at.file}`,
          at: [view.play.position, at, elsewhere.at],
          fix: `vars_files: [${elsewhere.at.file}]`,
          hosts,
          code: error.code,
        },
      ];
    }),
  ],
};

const PASSWORD = 'ansible.cfg: vault_password_file = PATH, or --vault-password-file PATH';

function placesOf(where: readonly object[]): readonly Position[] {
  return where.filter((one): one is Position => 'file' in one);
}
