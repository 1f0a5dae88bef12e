/** What can be wrong with certbot's variables. */
import { GatError } from '../../base/errors.ts';
import type { HostContext } from '../role.ts';
import type { PairProblem } from './pair-check.ts';
import type { CertbotValues } from './vars.ts';

type PairVariables = Pick<CertbotValues, 'certificate_file' | 'certificate_key_file' | 'certificate_key'>;

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

/** Half of an External Account Binding is of no use. */
export function halfBinding(host: HostContext): GatError {
  return new GatError({
    code: 'certbot/eab',
    what: `cannot get a certificate for ${host.name}: only one half of the account's binding is defined`,
    where: host.positionOf('certbot_eab_kid') ?? host.positionOf('certbot_eab_hmac_key') ?? { host: host.name },
    why: 'the authority gives both to its customers, an identifier and a secret',
    fix: 'define both certbot_eab_kid and certbot_eab_hmac_key, or neither',
  });
}

/** The project's file is not what it should be. */
export function noCertificateInFile(path: string, host: HostContext): GatError {
  return new GatError({
    code: 'certbot/no-certificate',
    what: `cannot use ${path} as the certificate of ${host.name}: it holds none`,
    where: host.positionOf('certificate_file') ?? host.positionOf('certificate_source') ?? { host: host.name },
    why: 'it must hold the certificate in PEM form, and after it its chain',
    fix: 'certificate_file: files/certificates/galaxy.example.org.pem',
  });
}

/** The project's pair would keep the services that use it from starting. */
export function unusablePair({ of, what, fix }: PairProblem, v: PairVariables, host: HostContext): GatError {
  const isInline = of === 'key' && v.certificate_key !== undefined;
  const variable =
    of === 'certificate' ? 'certificate_file' : isInline ? 'certificate_key' : 'certificate_key_file';
  const name = isInline ? 'certificate_key' : v[variable];
  return new GatError({
    code: 'certbot/unusable-pair',
    what: `cannot use ${name} for ${host.name}: it ${what}`,
    where: host.positionOf(variable) ?? host.positionOf('certificate_source') ?? { host: host.name },
    why: 'nginx and the broker would not start with it; nothing has been changed',
    fix,
  });
}
