/** L29: the variables agree about the authority that gives the certificate. */
import type { Certificate } from '../facts/certificate.ts';
import { textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const authority: Rule = {
  id: 'L29',
  severity: 'W',
  title: '`certbot_server` and `certbot_environment` mean the same authority',
  why: 'The server wins: with the staging one nobody trusts the certificate, although the environment says production, and the other way round the limits of the real one count.',
  fix: 'Take `certbot_server` out, or set `certbot_environment` to what it means.',
  check: ({ certificates }) => certificates.filter(({ isAcme }) => isAcme).flatMap(checkCertificate),
};

const PUBLIC = /^https:\/\/acme(-staging)?-v0\d\.api\.letsencrypt\.org/;

function checkCertificate({ view }: Certificate): readonly Found[] {
  const extra = /--server[= ](\S+)/.exec(textOf(view.node('certbot_auto_renew_extra')) ?? '')?.[1];
  const server = textOf(view.node('certbot_server')) ?? extra;
  const environment = textOf(view.node('certbot_environment'));
  const set = view.valueAt('certbot_environment');
  const match = PUBLIC.exec(server ?? '');
  if (!match || !set || environment === undefined) return [];
  const meant = match[1] === undefined ? 'production' : 'staging';
  if (meant === environment) return [];
  return [
    {
      message: `certbot_environment of ${view.host} is ${environment}, but ${server} is the authority for ${meant}, and wins`,
      at: [set, view.valueAt('certbot_server') ?? view.valueAt('certbot_auto_renew_extra')],
      fix: `certbot_environment: ${meant}`,
      hosts: [view.host],
    },
  ];
}
