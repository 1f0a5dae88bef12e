/** L32: no credentials that everybody knows. */

import type { HostView } from '../facts/host-view.ts';
import { textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

/** In lower case. */
const KNOWN = new Set([
  'admin',
  'guest',
  'mqadmin',
  'mqadminpassword',
  'password',
  'user',
  'userpassword',
  'itsasecret',
  'changeme',
  'change_me',
  'changeit',
  'secret',
  'rabbitmq',
  'galaxy',
  'pulsar',
  'test',
  '123456',
]);

function isKnownPassword(password: string, user: string): boolean {
  return KNOWN.has(password.toLowerCase()) || password.toLowerCase() === user.toLowerCase();
}

export const defaultCredentials: Rule = {
  id: 'L32',
  severity: 'W',
  title: "No user of the broker has a password that is a role's default, and the cookie is not the role's",
  why: 'Whoever reaches the broker tries these first, and its TLS port is open to the Internet.',
  fix: 'Take a long random password, and keep it in the vault.',
  check: ({ brokers }) =>
    brokers.flatMap(({ view, users }) => {
      const hosts = [view.host];
      const weak: Found[] = users
        .filter(
          ({ user, password }) => password !== undefined && (isKnownPassword(password, user) || user === 'guest'),
        )
        .map(({ user, password, at, placeOf }) => ({
          message:
            user === 'guest' && password !== undefined && !isKnownPassword(password, '')
              ? "guest is the broker's default user, whom everybody tries first"
              : `the password of the broker's user ${user} is one that everybody tries first`,
          at: [
            user === 'guest' && password !== undefined && !isKnownPassword(password, '')
              ? at
              : placeOf('password'),
          ],
          fix: 'password: "{{ vault_rabbitmq_admin_password }}"',
          hosts,
        }));
      if (isLeftToRole(view)) weak.push(adminOfRole(view));
      return [...weak, ...COOKIES.flatMap((name) => knownCookie(name, view))];
    }),
};

/** Of the container role, and of the older one. */
const COOKIES = ['rabbitmq_predefined_erlang_cookie', 'rabbitmq_erlang_cookie'];

function knownCookie(name: string, view: HostView): readonly Found[] {
  if (textOf(view.node(name)) !== 'itsasecret') return [];
  return [
    {
      message: `${name} is the role's default, which everybody knows`,
      at: [view.valueAt(name)],
      fix: `${name}: "{{ vault_erlang_cookie }}"`,
      hosts: [view.host],
    },
  ];
}

/** Without a word about users Ansible's role makes one. */
function isLeftToRole(view: HostView): boolean {
  const isElsewhere = view.defined('rabbitmq_users') ?? view.defined('pulsar_sites');
  return !isElsewhere && view.defined('rabbitmq_config') !== undefined;
}

function adminOfRole(view: HostView): Found {
  return {
    message:
      "rabbitmq_users is not set: Ansible's role then makes the user admin with the password admin; gatdeploy makes none",
    at: [view.defined('rabbitmq_config')],
    fix: 'rabbitmq_users: [{user: admin, password: "{{ vault_rabbitmq_admin_password }}", tags: administrator}]',
    hosts: [view.host],
  };
}
