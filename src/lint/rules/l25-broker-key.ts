/** L25: the broker's certificate and key are files that certbot's hook makes and the broker may read. */
import path from 'node:path';
import type { Broker } from '../facts/broker.ts';
import { type Certificate, sharedWith } from '../facts/certificate.ts';
import type { Found, Rule } from '../rule.ts';

export const brokerKey: Rule = {
  id: 'L25',
  severity: 'E',
  title:
    "The broker's `keyfile` is shared with its user, its certificates are those that certbot's hook makes, and a renewal reaches it",
  why: 'Without a key that it can read the broker does not start, or listens and resets each handshake.',
  fix: 'Add the user to `certbot_share_key_users` (or `uid:gid` to `certbot_share_key_ids`), and use the paths of the hook.',
  check: ({ brokers, certificateOf }) =>
    brokers.flatMap((broker): readonly Found[] => {
      const certificate = certificateOf(broker.view);
      if (!certificate || broker.files.size === 0) return [];
      return [...keyfile(broker, certificate), ...certfiles(broker, certificate), ...renewal(broker, certificate)];
    }),
};

function keyfile({ files, view }: Broker, certificate: Certificate): readonly Found[] {
  const key = files.get('keyfile');
  if (!key) return [];
  const user = sharedWith(certificate, key.path);
  const hosts = [view.host];
  if (user === undefined)
    return isHooks(key.path) ? [closed(key, certificate, hosts)] : notAKey(key, certificate, hosts);
  if (!/^(?:rabbitmq|\d+:\d+)$/.test(user)) return [closed(key, certificate, hosts, user)];
  if (certificate.shares.includes(user)) return [];
  const variable = /^\d+:\d+$/.test(user) ? 'certbot_share_key_ids' : 'certbot_share_key_users';
  return [
    {
      message: `the broker's key is ${key.path}, but ${variable} does not share the key with ${user}: it has ${certificate.shares.join(', ') || 'nobody'}`,
      at: [view.defined(variable) ?? view.defined('certbot_share_key_users'), key.at],
      fix: `${variable}: add \`- ${/:/.test(user) ? `"${user}"` : user}\``,
      hosts,
    },
  ];
}

/** Files that only root may read. */
function isHooks(file: string): boolean {
  return file.startsWith('/etc/letsencrypt/') || file === '/etc/ssl/private/privkey.pem';
}

type File = { readonly path: string; readonly at: Found['at'][number] };

/** Names of certificates where a key belongs. */
function notAKey(
  { path: file, at }: File,
  { shareFolder }: Certificate,
  hosts: readonly string[],
): readonly Found[] {
  if (!MADE.includes(file)) return [];
  const message = `keyfile of the broker is ${file}, which is a certificate`;
  return [{ message, at: [at], fix: `keyfile: ${shareFolder}/privkey-rabbitmq.pem`, hosts }];
}

function closed(key: File, certificate: Certificate, hosts: readonly string[], reader = 'root'): Found {
  return {
    message: `the broker's key is ${key.path}, which only ${reader} may read; expected the copy for the user rabbitmq`,
    at: [key.at],
    fix: `keyfile: ${certificate.shareFolder}/privkey-rabbitmq.pem`,
    hosts,
  };
}

const MADE = ['/etc/ssl/certs/fullchain.pem', '/etc/ssl/certs/cert.pem'];

/** Names that can only mean certbot's files, in the folder where its hook puts them. */
function certfiles({ files, view }: Broker, certificate: Certificate): readonly Found[] {
  return ['certfile', 'cacertfile'].flatMap((name): readonly Found[] => {
    const file = files.get(name);
    if (!file || MADE.includes(file.path) || certificate.shares.length === 0) return [];
    const isHooked =
      /^\/etc\/(?:ssl\/(?:certs|user)|letsencrypt\/live\/.*)\/(?:full[-_]?chain|chain|cert)[^/]*$/.test(
        file.path,
      ) || sharedWith(certificate, file.path) !== undefined;
    if (!isHooked || (file.path.startsWith('/etc/letsencrypt') && !isHooks(file.path))) return [];
    const meant = name === 'certfile' && !path.basename(file.path).startsWith('full') ? MADE[1] : MADE[0];
    return [
      {
        message: `${name} of the broker is ${file.path}, which certbot's hook does not make for others: it makes ${MADE.join(' and ')}`,
        at: [file.at],
        fix: `${name}: ${meant}`,
        hosts: [view.host],
      },
    ];
  });
}

function renewal({ view }: Broker, { postRenewal, isAcme }: Certificate): readonly Found[] {
  if (!isAcme || /rabbit/.test(postRenewal)) return [];
  return [
    {
      severity: 'W',
      message:
        postRenewal.trim() === ''
          ? "certbot_post_renewal is empty: with Ansible's role no key would be shared; gatdeploy shares it all the same"
          : 'certbot_post_renewal does not restart the broker or clear its certificate cache, so it notices a renewal late',
      at: [view.valueAt('certbot_post_renewal') ?? view.defined('certbot_domains')],
      fix: "certbot_post_renewal: | … rabbitmqctl eval 'ssl:clear_pem_cache().' || true",
      hosts: [view.host],
    },
  ];
}
