/** L07: what is put into a URL is escaped. */
import type { Client } from '../facts/client.ts';
import type { UrlPiece } from '../facts/url-source.ts';
import type { Found, Rule } from '../rule.ts';

export const escaping: Rule = {
  id: 'L07',
  severity: 'E',
  title: 'Passwords and virtual hosts in URLs are free of `@ : / ? # %` and spaces, or percent-encoded',
  why: 'Another part of the URL begins at such a character, so that user, password, host or virtual host are read wrongly.',
  fix: "Put `| urlencode` behind the variable; a slash needs `| urlencode | replace('/', '%2F')`.",
  check: ({ clients }) =>
    clients.flatMap((client) =>
      escapingProblems(client).map(({ part, expression, breaks }): Found => {
        const name = expression ?? `the ${WORDS[part]}`;
        return {
          message: breaks
            ? `${client.option} of ${client.label} takes ${name} as it is: it holds a character that ends the ${WORDS[part]} there`
            : `${client.option} of ${client.label} takes ${name} as it is: it holds a character that has a meaning in URLs; kombu gets along with it, other readers do not`,
          at: [client.at],
          fix: fixFor(part, expression),
          hosts: [client.view.host],
          ...(breaks ? {} : { severity: 'W' as const }),
        };
      }),
    ),
};

const WORDS = { password: 'password', vhost: 'virtual host' };

function fixFor(part: UrlPiece['part'], expression: string | undefined): string {
  const slash = part === 'password' ? " | replace('/', '%2F')" : '';
  const bare = expression?.replace(/\s*\|\s*urlencode\b/g, '');
  if (bare !== undefined) return `{{ ${bare} | urlencode${slash} }}`;
  return 'write %40 for @, %3A for :, %2F for /, %3F for ?, %23 for #, %25 for % and %20 for a space';
}

/** Pieces of a URL's password and virtual host that are not escaped as they should be. */
export function escapingProblems({ pieces }: Client) {
  return pieces
    .filter((piece) => isSpecial(piece))
    .map((piece) => ({ part: piece.part, expression: piece.expression, breaks: breaks(piece) }));
}

/** A slash belongs to the names of virtual hosts; a % in what passes urlencode is an escape. */
function isSpecial({ part, value, expression }: UrlPiece): boolean {
  if ((part === 'password' ? /[@:/?#\s]/ : /[@:?#\s]/).test(value)) return true;
  if (expression === undefined) return /%(?![0-9A-Fa-f]{2})/.test(value);
  return value.includes('%') && !/urlencode|quote|%/.test(expression);
}

function breaks({ part, value, expression }: UrlPiece): boolean {
  if ((part === 'password' ? /[/?#\s]/ : /[?#]/).test(value)) return true;
  return expression !== undefined && /%[0-9A-Fa-f]{2}/.test(value) && !/urlencode|quote|%/.test(expression);
}
