/** L07: what is put into a URL is escaped. */
import type { Client } from '../facts/client.ts';
import type { Found, Rule } from '../rule.ts';

export const escaping: Rule = {
  id: 'L07',
  severity: 'E',
  title: 'Passwords in URLs are free of `@ : / ? # %` and spaces, or percent-encoded',
  why: 'Another part of the URL begins at such a character, so that user, password or host are read wrongly.',
  fix: "Put `| urlencode` behind the variable; a slash needs `| urlencode | replace('/', '%2F')`.",
  check: ({ clients }) =>
    clients.flatMap((client) =>
      escapingProblems(client).map(({ name, breaks }): Found => {
        const slash = "replace('/', '%2F')";
        return {
          message: breaks
            ? `${client.option} of ${client.label} takes ${name} as it is: it holds a character that ends the password there`
            : `${client.option} of ${client.label} takes ${name} as it is: it holds a character that has a meaning in URLs; kombu gets along with it, other readers do not`,
          at: [client.at],
          fix: `{{ ${name} | urlencode | ${slash} }}`,
          hosts: [client.view.host],
          ...(breaks ? {} : { severity: 'W' as const }),
        };
      }),
    ),
};

/** Variables that stand in the URL's user or password as they are, and should not. */
export function escapingProblems({ raw, source, inserted }: Client) {
  const login = (source ?? '').replace(/^[^"']*?:\/\//, '').split('@')[0] ?? '';
  return inserted
    .filter(({ name, value }) => new RegExp(`\\{\\{-?\\s*${name}\\b`).test(login) && /[@:/?#% ]/.test(value))
    .filter(({ value }) => raw.includes(value))
    .map(({ name, value }) => ({ name, breaks: /[/?#\s]|%[0-9A-Fa-f]{2}/.test(value) }));
}
