/** What can be wrong with certbot's variables. */
import { GatError } from '../../base/errors.ts';
import type { HostContext } from '../role.ts';

/** The authority's terms are not accepted. */
export function termsNotAccepted(host: HostContext): GatError {
  return new GatError({
    code: 'certbot/terms',
    what: `cannot get a certificate for ${host.name}: nobody has accepted the authority's terms`,
    where: host.positionOf('certbot_agree_tos') ?? host.positionOf('certbot_domains') ?? { host: host.name },
    why: 'an ACME authority gives certificates only to those who accept its terms of service',
    fix: 'certbot_agree_tos: --agree-tos',
  });
}

/** The webroot challenge lacks its directory. */
export function webrootMissing(host: HostContext): GatError {
  return new GatError({
    code: 'certbot/webroot',
    what: `cannot get a certificate for ${host.name} by --webroot: \`certbot_well_known_root\` is not defined`,
    where: host.positionOf('certbot_auth_method') ?? { host: host.name },
    why: 'certbot puts the answer to the challenge into that directory, and the web server shows it',
    fix: 'certbot_well_known_root: /srv/nginx/_well-known_root',
  });
}

/** certbot-auto is gone. */
export function sourceMethodGone(host: HostContext): GatError {
  return new GatError({
    code: 'certbot/install-method',
    what: `cannot install certbot on ${host.name} from its sources`,
    where: host.positionOf('certbot_install_method') ?? { host: host.name },
    why: 'the script certbot-auto, which that method runs, no longer exists',
    fix: 'certbot_install_method: package',
  });
}
