/** The TLS half of nginx: certificate, ssl.conf, TLS sites, and the reload that makes them live. */
import { certificate } from '../../base/capability.ts';
import { sh } from '../../base/shell.ts';
import { directory, existingFile, file, nginxConfig, type Resource, reload } from '../../resources/index.ts';
import type { PutAside } from '../../resources/nginx-config.ts';
import { certbot, declareCertbot } from '../certbot/index.ts';
import type { HostContext } from '../role.ts';
import { noCertificate, unknownSslRole } from './errors.ts';
import { declareSites, enabledPath } from './sites.ts';
import { renderSslConf } from './ssl-conf.ts';
import type { NginxValues } from './vars.ts';

/** Paths of certificate and key on the host; undefined when TLS is off. */
export function tlsPaths(v: NginxValues): { readonly certificate: string; readonly key: string } | undefined {
  const { nginx_conf_ssl_certificate: one, nginx_conf_ssl_certificate_key: key } = v;
  if (one === undefined || key === undefined) return undefined;
  return { certificate: onHost(v, one), key: onHost(v, key) };
}

function onHost(v: NginxValues, path: string): string {
  return path.startsWith('/') ? path : `${v.nginx_ssl_conf_dir}/${path}`;
}

/** What must be put aside while the certificate isn't there, so that the sites on port 80 come up. */
export function sitesToPutAside(v: NginxValues): readonly PutAside[] {
  const paths = tlsPaths(v);
  if (!paths) return [];
  const files = [paths.certificate, paths.key];
  const links = v.nginx_ssl_servers.map((name) => enabledPath(v, name));
  return [...links, sslConfPath(v)].map((link) => ({ link, files }));
}

function sslConfPath(v: NginxValues): string {
  return `${v.nginx_conf_dir}/conf.d/ssl.conf`;
}

/** Declares TLS, to come once nginx answers on port 80. @throws GatError nginx/no-certificate, nginx/ssl-role */
export function declareTls(v: NginxValues, host: HostContext, nginx: Resource): readonly Resource[] {
  const paths = tlsPaths(v);
  if (!paths) {
    if (v.nginx_ssl_servers.length > 0) throw noCertificate(host);
    return [];
  }
  const source = v.nginx_ssl_role === undefined ? declareCopies(v, host) : declareRole(v, host);
  const files = [paths.certificate, paths.key].map((path) => existingFile(path, { after: [nginx] }));
  const after = [nginx, ...files, ...source.filter((one) => one.kind.name === 'file')];
  const conf = nginxConfig(sslConfPath(v), {
    content: renderSslConf(v, paths),
    folder: v.nginx_conf_dir,
    needs: [paths.certificate, paths.key],
    after,
    requires: v.nginx_ssl_role === undefined ? [] : [certificate(host.name)],
  });
  const sites = declareSites(v, host, {
    names: v.nginx_ssl_servers,
    variable: 'nginx_ssl_servers',
    after: [conf],
    needs: [paths.certificate, paths.key],
  });
  const live = reload('nginx.service', {
    rereads: [conf, ...sites, ...files],
    validate: sh`nginx -q -t`,
    after: [nginx],
  });
  return [...source, ...files, conf, ...sites, live];
}

/** The role of the certificate is included, as in Ansible: playbooks don't list it. */
function declareRole(v: NginxValues, host: HostContext): readonly Resource[] {
  const name = v.nginx_ssl_role ?? '';
  if (name !== certbot.name && !certbot.aliases.includes(name)) throw unknownSslRole(name, host);
  return declareCertbot(v, host);
}

/** Certificate and key of the project. */
function declareCopies(v: NginxValues, host: HostContext): readonly Resource[] {
  const { nginx_conf_ssl_certificate: one = '', nginx_conf_ssl_certificate_key: key = '' } = v;
  const folder = directory(v.nginx_ssl_conf_dir, {});
  const own = one.startsWith('/')
    ? []
    : [file(onHost(v, one), { content: host.readFile(`${v.nginx_ssl_src_dir}/${one}`) })];
  const secret = v.sslkeys?.[key];
  const ownKey = key.startsWith('/')
    ? []
    : [file(onHost(v, key), { content: secret ?? host.readFile(`${v.nginx_ssl_src_dir}/${key}`), mode: '0400' })];
  return own.length + ownKey.length > 0 ? [folder, ...own, ...ownKey] : [];
}
