/** How certbot comes to the host: the distribution's package, or a virtual environment. */
import { aptPackage, pipSet, type Resource, venv } from '../../resources/index.ts';
import type { HostContext } from '../role.ts';
import { sourceMethodGone } from './errors.ts';
import type { CertbotValues } from './vars.ts';

/** Declares the program and openssl, with which certificates are read. @throws GatError certbot/install-method */
export function declareInstall(v: CertbotValues, host: HostContext): readonly Resource[] {
  const openssl = aptPackage('openssl', {});
  if (v.certbot_install_method === 'source') throw sourceMethodGone(host);
  if (v.certbot_install_method === 'virtualenv') return [openssl, ...virtualenv(v)];
  const plugin =
    v.certbot_dns_provider === undefined ? [] : [aptPackage(`python3-certbot-dns-${v.certbot_dns_provider}`, {})];
  return [openssl, aptPackage(v.certbot_package, {}), ...plugin];
}

function virtualenv(v: CertbotValues): readonly Resource[] {
  const python = aptPackage('python3-venv', {});
  const made = venv(v.certbot_dir, { after: [python] });
  const version = v.certbot_version === undefined ? '' : `==${v.certbot_version}`;
  const plugin = v.certbot_dns_provider === undefined ? [] : [`certbot-dns-${v.certbot_dns_provider}`];
  const packages = pipSet(v.certbot_dir, {
    packages: [`${v.certbot_package}${version}`, ...plugin],
    after: [made],
  });
  return [python, made, packages];
}
