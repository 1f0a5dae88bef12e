/** What works with certbot's variables, but not as their author thinks. */
import type { Advice } from '../advice.ts';
import type { HostContext } from '../role.ts';
import type { CertbotValues } from './vars.ts';

/** All advice on certbot's variables. */
export function certbotAdvice(v: CertbotValues, host: HostContext): readonly Advice[] {
  return [...inert(v, host), ...renewalUser(v, host)];
}

function inert(v: CertbotValues, host: HostContext): readonly Advice[] {
  const names = ['certbot_expand', 'certbot_force_run', 'certbot_repo', 'certbot_keep_updated'] as const;
  return names
    .filter((name) => v[name] !== undefined && v[name] !== false && host.positionOf(name) !== undefined)
    .map((name) => ({
      code: 'certbot/inert',
      variable: name,
      position: host.positionOf(name),
      text: `\`${name}\` has no effect: gatdeploy compares the certificate with what is declared`,
      fix: 'leave it out',
    }));
}

function renewalUser(v: CertbotValues, host: HostContext): readonly Advice[] {
  if (v.certbot_auto_renew_user === 'root' || v.certbot_auto_renew_cron_file === undefined) return [];
  return [
    {
      code: 'certbot/renewal-user',
      variable: 'certbot_auto_renew_user',
      position: host.positionOf('certbot_auto_renew_user'),
      text: `renewals by ${v.certbot_auto_renew_user} fail: only root may write certificates and their copies`,
      fix: 'set certbot_auto_renew_user to root',
    },
  ];
}
