/** AMQP URLs as kombu reads them: `pyamqp://user:password@host:5671//vhost?ssl=1`. */
import { reveal, Secret, type Text } from './secret.ts';

export type AmqpUrl = {
  /** `pyamqp`, `amqp`, `amqps`, … in lower case. */
  readonly scheme: string;
  /** Percent-decoded; empty when the URL has none. */
  readonly user: string;
  readonly password: Secret;
  /** Empty when the URL has none. */
  readonly host: string;
  readonly port: number;
  /** The path minus exactly one leading slash, percent-decoded; `/` when nothing is left. */
  readonly vhost: string;
  /** The scheme is amqps, or the query has `ssl` with any value that isn't empty (kombu takes even `ssl=0`). */
  readonly tls: boolean;
  /** TLS comes from the query, so that `amqp_connect_ssl_*` options are ignored. */
  readonly tlsByQuery: boolean;
};

/**
 * Parses an AMQP URL; undefined when it is none.
 * @example parseAmqpUrl('pyamqp://galaxy_au:pw@galaxy.example.org:5671//pulsar/galaxy_au?ssl=1')?.vhost // '/pulsar/galaxy_au'
 */
export function parseAmqpUrl(url: Text): AmqpUrl | undefined {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(reveal(url));
  if (!match?.[1]) return undefined;
  const scheme = match[1].toLowerCase();
  const address = parseAuthority(match[2] ?? '');
  if (!address) return undefined;
  const tlsByQuery = Boolean(new URLSearchParams(match[4] ?? '').get('ssl'));
  return {
    scheme,
    ...address,
    port: address.port ?? (scheme === 'amqps' ? 5671 : 5672),
    vhost: decode((match[3] ?? '').replace(/^\//, '')) || '/',
    tls: scheme === 'amqps' || tlsByQuery,
    tlsByQuery,
  };
}

/** What stands before the last `@` is user and password, as in Python's urlsplit. */
function parseAuthority(authority: string) {
  const at = authority.lastIndexOf('@');
  const [user = '', ...password] = authority.slice(0, Math.max(at, 0)).split(':');
  const place = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority.slice(at + 1));
  if (!place) return undefined;
  return {
    user: decode(user),
    password: new Secret(decode(password.join(':'))),
    host: (place[1] ?? '').replace(/^\[|\]$/g, '').toLowerCase(),
    port: place[2] ? Number(place[2]) : undefined,
  };
}

/** Like Python's `unquote`, which leaves alone what is no valid escape. */
function decode(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
