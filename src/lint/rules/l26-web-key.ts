/** L26: the web server's key is shared with a user that exists. */
import { sharedWith } from '../facts/certificate.ts';
import { itemsOf, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const webKey: Rule = {
  id: 'L26',
  severity: 'E',
  title: "nginx's key is the copy of a user of `certbot_share_key_users`",
  why: 'nginx does not start with a key that is not there.',
  fix: 'Use `/etc/ssl/user/privkey-USER.pem` with a user that the key is shared with; on Debian nginx runs as www-data.',
  check: ({ webServers, certificateOf }) =>
    webServers.flatMap(({ view, key }): readonly Found[] => {
      const certificate = certificateOf(view.host);
      const user = key && certificate && sharedWith(certificate, key.path);
      if (!key || !certificate || user === undefined) return [];
      const hosts = [view.host];
      const users = view.defined('certbot_share_key_users') ?? view.defined('certbot_share_key_ids');
      if (!certificate.shares.includes(user))
        return [
          {
            message: `nginx's key is ${key.path}, but the key is not shared with ${user}: it is with ${certificate.shares.join(', ') || 'nobody'}`,
            at: [users, key.at],
            fix: `certbot_share_key_users: add \`- ${user}\``,
            hosts,
          },
        ];
      if (user !== 'nginx') return [];
      return [
        {
          severity: 'W',
          message: `the key is shared with the user nginx, which Debian does not have: its nginx runs as www-data. Only root reads that copy, which is enough for nginx's main process`,
          at: [
            itemsOf(view.node('certbot_share_key_users')).find((one) => textOf(one) === user)?.position,
            key.at,
          ],
          fix: 'certbot_share_key_users: www-data instead of nginx, and nginx_conf_ssl_certificate_key: /etc/ssl/user/privkey-www-data.pem',
          hosts,
        },
      ];
    }),
};
