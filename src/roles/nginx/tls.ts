/** The TLS half of nginx: certificate, ssl.conf, TLS sites, and the reload that makes them live. */
import { certificate } from '../../base/capability.ts';
import { reveal, type Text } from '../../base/secret.ts';
import { sh } from '../../base/shell.ts';
import { directory, edit, existingFile, file, nginxConfig, type Resource, reload } from '../../resources/index.ts';
import type { PutAside } from '../../resources/nginx-config.ts';
import { certbot, declareCertbot } from '../certbot/index.ts';
import type { HostContext } from '../role.ts';
import { declareSelfSigned, selfSignedCerts } from '../self-signed-certs/index.ts';
import { noCertificate, unknownSslRole } from './errors.ts';
import { declareSites, enabledPath, siteContent } from './sites.ts';
import { renderSslConf } from './ssl-conf.ts';
import { type TlsPaths, tlsPaths } from './tls-paths.ts';
import type { NginxValues } from './vars.ts';

/** What must be put aside while the certificate isn't there, so that the sites on port 80 come up. */
export function sitesToPutAside(v: NginxValues): readonly PutAside[] {
  const paths = tlsPaths(v);
  if (!paths) return [];
  const files = Object.values(paths);
  const links = v.nginx_ssl_servers.map((name) => enabledPath(v, name));
  return [...links, sslConfPath(v)].map((link) => ({ link, files }));
}

function sslConfPath(v: NginxValues): string {
  return `${v.nginx_conf_dir}/conf.d/ssl.conf`;
}

/** Declares TLS, to come once nginx answers on port 80. @throws GatError nginx/no-certificate, nginx/ssl-role */
export function declareTls(v: NginxValues, host: HostContext, nginx: Resource): readonly Resource[] {
  const paths = tlsPaths(v);
  if (!paths) return v.nginx_ssl_servers.length > 0 ? declareOwnTls(v, host, nginx) : [];
  const source = v.nginx_ssl_role === undefined ? declareCopies(v, host, paths) : declareRole(v, host);
  const needs = Object.values(paths);
  const files = needs.map((path) => existingFile(path, { after: [nginx] }));
  const main = declareMain(v, nginx);
  const after = [nginx, main, ...files, ...source.filter((one) => one.kind.name === 'file')];
  const conf = nginxConfig(sslConfPath(v), {
    content: renderSslConf(v, paths),
    folder: v.nginx_conf_dir,
    needs,
    after,
    requires: v.nginx_ssl_role === undefined ? [] : [certificate(host.name)],
  });
  const sites = declareSites(v, host, {
    names: v.nginx_ssl_servers,
    variable: 'nginx_ssl_servers',
    after: [conf],
    needs,
  });
  const live = reload('nginx.service', {
    rereads: [main, conf, ...sites, ...files],
    validate: sh`nginx -q -t`,
    after: [nginx],
  });
  return [...source, ...files, main, conf, ...sites, live];
}

/**
 * The distribution's nginx.conf sets these for all sites, too: nginx refuses the one twice, and adds the versions of TLS
 * of the other to ours.
 */
function declareMain(v: NginxValues, nginx: Resource): Resource {
  const path = `${v.nginx_conf_dir}/nginx.conf`;
  return edit(`${path}: TLS`, {
    path,
    looseFor: 'root',
    edit: withoutTls,
    validate: (candidate) => sh`nginx -q -t -c ${candidate}`,
    after: [nginx],
  });
}

/** Makes comments of nginx.conf's own settings of TLS. */
export function withoutTls(text: string): string {
  return text.replace(
    /^([ \t]*)(ssl_(?:protocols|prefer_server_ciphers)[ \t].*)$/gm,
    '$1# $2 # set in conf.d/ssl.conf',
  );
}

/** TLS sites that name their certificates themselves. @throws GatError nginx/no-certificate */
function declareOwnTls(v: NginxValues, host: HostContext, nginx: Resource): readonly Resource[] {
  const sites = v.nginx_ssl_servers.map((name) => {
    const needs = certificatesOf(siteContent(v, host, { name, variable: 'nginx_ssl_servers' }));
    if (needs.length === 0) throw noCertificate(host);
    const files = needs.map((path) => existingFile(path, { after: [nginx] }));
    const options = { names: [name], variable: 'nginx_ssl_servers', after: [nginx, ...files], needs };
    return { files, site: declareSites(v, host, options) };
  });
  const files = [...new Map(sites.flatMap((one) => one.files).map((one) => [one.id, one])).values()];
  const all = [...files, ...sites.flatMap((one) => one.site)];
  return [...all, reload('nginx.service', { rereads: all, validate: sh`nginx -q -t`, after: [nginx] })];
}

/** The files that a site's own `ssl_certificate` and `ssl_certificate_key` name. */
function certificatesOf(content: Text): readonly string[] {
  const found = reveal(content).matchAll(/^\s*ssl_certificate(?:_key)?\s+"?(\/[^\s;"]+)"?\s*;/gm);
  return [...new Set([...found].map((match) => match[1] ?? ''))];
}

/** The role of the certificate is included, as in Ansible: playbooks don't list it. */
function declareRole(v: NginxValues, host: HostContext): readonly Resource[] {
  const name = v.nginx_ssl_role ?? '';
  if (isSelfSigned(v)) return declareSelfSigned(v, host);
  if (name !== certbot.name && !certbot.aliases.includes(name)) throw unknownSslRole(name, host);
  return declareCertbot(v, host);
}

/** Whether the host signs the certificate itself. */
export function isSelfSigned(v: NginxValues): boolean {
  return [selfSignedCerts.name, ...selfSignedCerts.aliases].includes(v.nginx_ssl_role ?? '');
}

/** Certificate, key and chain of the project; a path on the host is somebody else's. */
function declareCopies(v: NginxValues, host: HostContext, paths: TlsPaths): readonly Resource[] {
  const key = v.nginx_conf_ssl_certificate_key;
  const sources: readonly (readonly [path: string | undefined, source: string | undefined])[] = [
    [paths.certificate, v.nginx_conf_ssl_certificate],
    [paths.trusted, v.nginx_conf_ssl_trusted_certificate],
    [paths.key, key],
  ];
  const files = sources.flatMap(([path, source]) => {
    if (path === undefined || source === undefined || source.startsWith('/')) return [];
    const ofProject = () => host.readFile(`${v.nginx_ssl_src_dir}/${source}`);
    return source === key
      ? [file(path, { content: v.sslkeys?.[source] ?? ofProject(), mode: '0400' })]
      : [file(path, { content: ofProject() })];
  });
  return files.length > 0 ? [directory(v.nginx_ssl_conf_dir, {}), ...files] : [];
}
