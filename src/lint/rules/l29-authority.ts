/** L29: the variables agree about the authority that gives the certificate. */
import type { Certificate } from '../facts/certificate.ts';
import { textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const authority: Rule = {
  id: 'L29',
  severity: 'W',
  title: '`certbot_environment` means the same authority as `certbot_server` and `certbot_auto_renew_extra`',
  why: 'The server wins: with the staging one nobody trusts the certificate, although the environment says production, and the other way round the limits of the real one count.',
  fix: 'Take `certbot_server` out, or set `certbot_environment` to what it means.',
  check: ({ certificates }) => certificates.filter(({ isAcme }) => isAcme).flatMap(checkCertificate),
};

const PUBLIC = /^https:\/\/acme(-staging)?-v0\d\.api\.letsencrypt\.org/;

function checkCertificate({ view }: Certificate): readonly Found[] {
  const text = (name: string) => textOf(view.node(name)) ?? '';
  const extra = text('certbot_auto_renew_extra');
  const trial = /--(?:staging|test-cert)\b/.exec(extra)?.[0];
  const server = text('certbot_server') || (/--server[= ](\S+)/.exec(extra)?.[1] ?? '');
  const environment = text('certbot_environment');
  const set = view.valueAt('certbot_environment');
  const match = PUBLIC.exec(server);
  const isTrial = match ? match[1] !== undefined : trial !== undefined && server === '';
  if (!set || environment === '' || !(match || isTrial)) return [];
  const meant = isTrial ? 'staging' : 'production';
  if (meant === environment) return [];
  return [
    {
      message: `certbot_environment of ${view.host} is ${environment}, but ${match ? server : trial} is the authority for ${meant}, and wins`,
      at: [set, view.valueAt('certbot_server') ?? view.valueAt('certbot_auto_renew_extra')],
      fix: `certbot_environment: ${meant}`,
      hosts: [view.host],
    },
  ];
}
