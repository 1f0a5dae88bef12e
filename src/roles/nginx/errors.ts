/** What can be wrong with nginx's variables. */
import { GatError } from '../../base/errors.ts';
import type { HostContext } from '../role.ts';

/** Neither the project nor gatdeploy has a template of this name. */
export function noTemplate(
  site: { readonly name: string; readonly path: string; readonly variable: string },
  host: HostContext,
  builtIn: readonly string[],
): GatError {
  return new GatError({
    code: 'nginx/no-template',
    what: `cannot set up the site ${site.name} on ${host.name}: ${site.path} does not exist`,
    where: host.positionOf(site.variable) ?? { host: host.name },
    why: `without a template in the project, only ${builtIn.join(' and ')} are known`,
    fix: `write ${site.path}, or take ${site.name} out of ${site.variable}`,
  });
}

/** A built-in site needs a variable. */
export function needsVariable(site: string, variable: string, host: HostContext): GatError {
  return new GatError({
    code: 'nginx/needs-variable',
    what: `cannot set up the built-in site ${site} on ${host.name}: \`${variable}\` is not defined`,
    where: host.positionOf('nginx_servers') ?? { host: host.name },
    fix: `define ${variable} in group_vars, or write templates/nginx/${site}.j2`,
  });
}

/** There are TLS sites, but no certificate for them. */
export function noCertificate(host: HostContext): GatError {
  return new GatError({
    code: 'nginx/no-certificate',
    what: `cannot set up the TLS sites of ${host.name}: there is no certificate for them`,
    where: host.positionOf('nginx_ssl_servers') ?? { host: host.name },
    why: 'nginx refuses a site with TLS that names no certificate',
    fix: 'define nginx_conf_ssl_certificate and nginx_conf_ssl_certificate_key',
  });
}

/** The role that should get the certificate is not one of ours. */
export function unknownSslRole(name: string, host: HostContext): GatError {
  return new GatError({
    code: 'nginx/ssl-role',
    what: `cannot get the certificate of ${host.name} by the role \`${name}\`: gatdeploy does not know it`,
    where: host.positionOf('nginx_ssl_role') ?? { host: host.name },
    fix: 'nginx_ssl_role: usegalaxy_eu.certbot',
  });
}
