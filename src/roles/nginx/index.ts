/** nginx: sites on port 80 first, then the certificate, then sites with TLS. */
import { http, osUser } from '../../base/capability.ts';
import { sh, steps } from '../../base/shell.ts';
import { aptPackage, nginxConfig, type Resource, service } from '../../resources/index.ts';
import { putAside } from '../../resources/nginx-config.ts';
import { certbotAdvice } from '../certbot/advice.ts';
import { certbotChecks } from '../certbot/checks.ts';
import { defineRole, type HostContext } from '../role.ts';
import { nginxChecks } from './checks.ts';
import { builtInAdvice, declareSites } from './sites.ts';
import { renderHttpOptions } from './ssl-conf.ts';
import { declareTls, isSelfSigned, sitesToPutAside } from './tls.ts';
import { type NginxValues, vars } from './vars.ts';

export const nginx = defineRole({
  name: 'nginx',
  aliases: ['galaxyproject.nginx'],
  doc: 'Installs nginx and its sites, with a certificate for those that need one.',
  vars,

  declare(v, host) {
    const packages = declarePackages(v, host);
    const plain = declarePlain(v, host, packages);
    const server = service('nginx.service', {
      loads: packages.filter((one) => one.name.startsWith('nginx')),
      rereads: plain,
      validate: steps(
        sh`nginx -q -t 2>/dev/null || {`,
        putAside(sitesToPutAside(v), (link) => sh`${link}`),
        sh`nginx -q -t
}`,
      ),
      after: packages,
      provides: [http(host.name)],
    });
    return [...packages, ...plain, server, ...declareTls(v, host, server)];
  },

  verify: (v, host) => [
    ...nginxChecks(v, host),
    ...(usesCertbot(v) && v.certbot_domains.length > 0 ? certbotChecks(v, host) : []),
  ],
  advise: (v, host) => [...builtInAdvice(v, host), ...(usesCertbot(v) ? certbotAdvice(v, host) : [])],
});

function usesCertbot(v: NginxValues): boolean {
  return v.nginx_ssl_role !== undefined && !isSelfSigned(v);
}

/** curl is what the checks ask with. */
function declarePackages(v: NginxValues, host: HostContext): readonly Resource[] {
  const server = aptPackage(`nginx-${v.nginx_flavor}`, {
    holdUnits: ['nginx.service'],
    provides: [osUser(host.name, 'www-data')],
  });
  return [server, aptPackage('curl', {}), aptPackage('openssl', {})];
}

function declarePlain(v: NginxValues, host: HostContext, after: readonly Resource[]): readonly Resource[] {
  const common = { folder: v.nginx_conf_dir, after, putAside: sitesToPutAside(v) };
  const distribution = nginxConfig(`${v.nginx_conf_dir}/sites-enabled/default`, { ...common, absent: true });
  const http =
    v.nginx_conf_http === undefined
      ? []
      : [
          nginxConfig(`${v.nginx_conf_dir}/conf.d/http_options.conf`, {
            ...common,
            content: renderHttpOptions(v.nginx_conf_http),
          }),
        ];
  const extra = v.nginx_extra_configs.map((name) =>
    nginxConfig(`${v.nginx_conf_dir}/${name}`, {
      ...common,
      content: host.renderTemplate(`templates/nginx/${name}.j2`),
    }),
  );
  const sites = declareSites(v, host, { names: v.nginx_servers, variable: 'nginx_servers', ...common });
  return [distribution, ...http, ...extra, ...sites];
}
