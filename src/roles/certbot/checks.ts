/** What shows that the certificate is there, in time, and where services read it. */
import { sh } from '../../base/shell.ts';
import type { Check } from '../../verify/check.ts';
import { certificateLife } from '../../verify/checks/tls.ts';
import type { HostContext } from '../role.ts';
import { settingsOf } from './settings.ts';
import type { CertbotValues } from './vars.ts';

/** All checks of the certificate on a host. */
export function certbotChecks(v: CertbotValues, host: HostContext): readonly Check[] {
  const settings = settingsOf(v, host);
  return [
    certificateLife({ id: 'certbot/life', host: host.name, file: settings.chain }),
    ...(settings.copies.length > 0 ? [keysFit(settings.live, host)] : []),
  ];
}

/** The copies in /etc/ssl must be a pair: services take the certificate from one place and the key from another. */
function keysFit(live: string, host: HostContext): Check {
  return {
    id: 'certbot/key',
    host: host.name,
    title: 'the certificate in /etc/ssl/certs belongs to the key in /etc/ssl/private, and both to the newest one',
    asks: 'openssl x509 -in /etc/ssl/certs/cert.pem -pubkey; openssl pkey -in /etc/ssl/private/privkey.pem -pubout',
    script: sh`openssl x509 -in /etc/ssl/certs/cert.pem -noout -pubkey | sha256sum
openssl pkey -in /etc/ssl/private/privkey.pem -pubout | sha256sum
openssl x509 -in ${`${live}/cert.pem`} -noout -pubkey | sha256sum`,
    judge({ stdout, stderr }) {
      const keys = new Set(stdout.trim().split('\n'));
      const ok = keys.size === 1 && stderr.trim() === '';
      return ok
        ? { ok, got: 'one public key in all three' }
        : { ok, got: stderr.trim().split('\n')[0] || 'different keys', fix: 'apply again: it copies both anew' };
    },
  };
}
