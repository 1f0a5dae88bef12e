/** L26: the web server's key is shared with a user that exists. */
import { type Certificate, type ServedFile, sharedWith, type WebServer } from '../facts/certificate.ts';
import { itemsOf, textOf, textsOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const webKey: Rule = {
  id: 'L26',
  severity: 'E',
  title: "nginx's key is the copy of a user of `certbot_share_key_users`",
  why: 'nginx does not start with a key that is not there.',
  fix: 'Use `/etc/ssl/user/privkey-USER.pem` with a user that the key is shared with; on Debian nginx runs as www-data.',
  check: ({ webServers, certificateOf }) =>
    webServers.flatMap((server): readonly Found[] => {
      const certificate = certificateOf(server.view);
      if (!certificate) return [];
      const wrong = certificate.isAcme ? [...half(server), ...notMade(server)] : [];
      return wrong.length > 0 ? wrong : notShared(server, certificate);
    }),
};

function notShared({ view, key }: WebServer, certificate: Certificate): readonly Found[] {
  const user = key && sharedWith(certificate, key.path);
  if (!key || user === undefined) return [];
  const hosts = [view.host];
  if (!certificate.shares.includes(user))
    return [
      {
        message: `nginx's key is ${key.path}, but the key is not shared with ${user}: it is with ${certificate.shares.join(', ') || 'nobody'}`,
        at: [view.defined('certbot_share_key_users') ?? view.defined('certbot_share_key_ids'), key.at],
        fix: `certbot_share_key_users: add \`- ${user}\``,
        hosts,
      },
    ];
  if (user !== 'nginx') return [];
  const item = itemsOf(view.node('certbot_share_key_users')).find((one) => textOf(one) === user);
  return [
    {
      severity: 'W',
      message: `the key is shared with the user nginx, which Debian does not have: its nginx runs as www-data. Only root reads that copy, which is enough for nginx's main process`,
      at: [item?.position, key.at],
      fix: 'certbot_share_key_users: www-data instead of nginx, and nginx_conf_ssl_certificate_key: /etc/ssl/user/privkey-www-data.pem',
      hosts,
    },
  ];
}

/** One of the two files alone switches no TLS on. */
function half({ view, key, certificate }: WebServer): readonly Found[] {
  const given = key ?? certificate;
  if (!given || (key && certificate) || textsOf(view.node('nginx_ssl_servers')).length === 0) return [];
  const [set, missing] = key
    ? ['nginx_conf_ssl_certificate_key', 'nginx_conf_ssl_certificate']
    : ['nginx_conf_ssl_certificate', 'nginx_conf_ssl_certificate_key'];
  return [
    {
      message: `${set} is set, and ${missing} is not: nginx needs both`,
      at: [given.at],
      fix: `${missing}: ${key ? CERTIFICATES[0] : '/etc/ssl/user/privkey-www-data.pem'}`,
      hosts: [view.host],
    },
  ];
}

const CERTIFICATES = ['/etc/ssl/certs/fullchain.pem', '/etc/ssl/certs/cert.pem'];
const KEY = '/etc/ssl/private/privkey.pem';

/** Names that can only mean files of certbot's hook, which it does not make. */
function notMade({ view, key, certificate }: WebServer): readonly Found[] {
  const wrong = (name: string, file: ServedFile, made: string): Found => ({
    message: `${name} is ${file.path}, which certbot's hook does not make: it makes ${made}`,
    at: [file.at],
    fix: `${name}: ${made}`,
    hosts: [view.host],
  });
  const isOdd = (file: ServedFile | undefined, pattern: RegExp, made: readonly string[]) =>
    file !== undefined && pattern.test(file.path) && !made.includes(file.path);
  const found: Found[] = [];
  if (
    certificate &&
    isOdd(certificate, /^\/etc\/ssl\/(?:certs\/(?:full[-_]?chain|cert)|(?:user|private)\/)[^/]*$/, CERTIFICATES)
  )
    found.push(wrong('nginx_conf_ssl_certificate', certificate, CERTIFICATES[0] ?? ''));
  if (key && isOdd(key, /^\/etc\/ssl\/(?:private\/privkey|certs\/)[^/]*$/, [KEY]))
    found.push(wrong('nginx_conf_ssl_certificate_key', key, KEY));
  return found;
}
