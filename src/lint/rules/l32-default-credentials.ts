/** L32: no credentials that everybody knows. */
import { textOf } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';

const KNOWN = new Set([
  'admin',
  'guest',
  'mqadmin',
  'mqadminpassword',
  'password',
  'user',
  'userpassword',
  'itsasecret',
]);

export const defaultCredentials: Rule = {
  id: 'L32',
  severity: 'W',
  title: "No user of the broker has a password that is a role's default, and the cookie is not the role's",
  why: 'Whoever reaches the broker tries these first, and its TLS port is open to the Internet.',
  fix: 'Take a long random password, and keep it in the vault.',
  check: ({ brokers }) =>
    brokers.flatMap(({ view, users }) => {
      const hosts = [view.host];
      const weak = users
        .filter(
          ({ user, password }) =>
            password !== undefined && (KNOWN.has(password) || password === user || user === 'guest'),
        )
        .map(({ user, password, at, placeOf }) => ({
          message:
            user === 'guest' && password !== undefined && !KNOWN.has(password)
              ? "guest is the broker's default user, whom everybody tries first"
              : `the password of the broker's user ${user} is one that everybody tries first`,
          at: [user === 'guest' && password !== undefined && !KNOWN.has(password) ? at : placeOf('password')],
          fix: 'password: "{{ vault_rabbitmq_admin_password }}"',
          hosts,
        }));
      const cookie = textOf(view.node('rabbitmq_predefined_erlang_cookie'));
      if (cookie !== 'itsasecret') return weak;
      const at = [view.valueAt('rabbitmq_predefined_erlang_cookie')];
      const message = "rabbitmq_predefined_erlang_cookie is the role's default, which everybody knows";
      return [
        ...weak,
        { message, at, fix: 'rabbitmq_predefined_erlang_cookie: "{{ vault_erlang_cookie }}"', hosts },
      ];
    }),
};
