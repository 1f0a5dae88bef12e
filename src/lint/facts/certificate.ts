/** The certificate of a host, and the web server that shows it. */
import { type Position, positionAt } from '../../base/position.ts';
import type { HostView } from './host-view.ts';
import { part, textOf, textsOf } from './tree.ts';

export type Certificate = {
  readonly view: HostView;
  readonly domains: readonly string[];
  /** Users and `uid:gid` who get a copy of the key. */
  readonly shares: readonly string[];
  readonly shareFolder: string;
  /** An authority is asked for it. */
  readonly isAcme: boolean;
  /** Who signs it where nobody trusts that by itself: `the staging authority`, `itself`; what says so, and what should. */
  readonly untrusted: { readonly by: string; readonly variable: string; readonly fix: string } | undefined;
  readonly postRenewal: string;
};

/** Reads what certificate a host will have; undefined where no role brings one. */
export function readCertificate(view: HostView): Certificate | undefined {
  const source = sourceOf(view);
  if (source === undefined) return undefined;
  const text = (name: string) => textOf(view.node(name));
  const own = source === 'self-signed' ? textsOf(view.node('openssl_domains')) : [];
  const domains = [...textsOf(view.node('certbot_domains')), ...own];
  if (domains.length === 0 && source !== 'self-signed') return undefined;
  return {
    view,
    domains: domains.length > 0 ? domains : [view.host],
    shares: [...textsOf(view.node('certbot_share_key_users')), ...textsOf(view.node('certbot_share_key_ids'))],
    shareFolder: text('certbot_share_key_dir') ?? '/etc/ssl/user',
    isAcme: source === 'acme',
    untrusted: source === 'self-signed' ? selfSigned(view) : source === 'acme' ? trialAuthority(view) : undefined,
    postRenewal: text('certbot_post_renewal') ?? '',
  };
}

/** Whether a role of the play brings a certificate, even where only the host knows its names. */
export function bringsCertificate(view: HostView): boolean {
  return sourceOf(view) !== undefined;
}

/** `acme`, `self-signed` or `files`, by the role that brings the certificate and its variable. */
function sourceOf(view: HostView): string | undefined {
  const role = textOf(view.node('nginx_ssl_role')) ?? '';
  if (view.has('self_signed_certs') || /self[_-]signed/.test(role)) return 'self-signed';
  if (!view.has('certbot') && !role.includes('certbot')) return undefined;
  return textOf(view.node('certificate_source')) ?? 'acme';
}

function selfSigned(view: HostView): Certificate['untrusted'] {
  const by = 'itself';
  if (/self[_-]signed/.test(textOf(view.node('nginx_ssl_role')) ?? ''))
    return { by, variable: 'nginx_ssl_role', fix: 'nginx_ssl_role: usegalaxy_eu.certbot' };
  if (view.has('self_signed_certs'))
    return { by, variable: 'openssl_domains', fix: 'roles: usegalaxy_eu.certbot instead of self_signed_certs' };
  return { by, variable: 'certificate_source', fix: 'certificate_source: acme' };
}

/** The variable that wins says which authority it is. */
function trialAuthority(view: HostView): Certificate['untrusted'] {
  const by = 'the staging authority';
  const text = (name: string) => textOf(view.node(name)) ?? '';
  const extra = text('certbot_auto_renew_extra');
  if (text('certbot_server') !== '')
    return /staging/.test(text('certbot_server'))
      ? { by, variable: 'certbot_server', fix: 'take certbot_server out' }
      : undefined;
  if (/--(?:test-cert|staging)\b|--server[= ]\S*staging/.test(extra))
    return { by, variable: 'certbot_auto_renew_extra', fix: 'take the staging authority out of it' };
  if (/--server\b/.test(extra) || text('certbot_environment') !== 'staging') return undefined;
  return { by, variable: 'certbot_environment', fix: 'certbot_environment: production' };
}

/** Whether a certificate is good for a name. */
export function covers(certificate: Certificate, name: string): boolean {
  return certificate.domains.some(
    (domain) => domain === name || (domain.startsWith('*.') && name.replace(/^[^.]+/, '*') === domain),
  );
}

/** The user whose key copy a path is; undefined when it is none. */
export function sharedWith(certificate: Pick<Certificate, 'shareFolder'>, path: string): string | undefined {
  const prefix = `${certificate.shareFolder.replace(/\/+$/, '')}/privkey-`;
  return path.startsWith(prefix) && path.endsWith('.pem') ? path.slice(prefix.length, -'.pem'.length) : undefined;
}

/** A value of a directive, and where it stands. */
export type Limit = { readonly value: string; readonly at: Position | undefined };

/** A file that nginx reads. */
export type ServedFile = { readonly path: string; readonly at: Position | undefined };

export type WebServer = {
  readonly view: HostView;
  readonly key: ServedFile | undefined;
  readonly certificate: ServedFile | undefined;
  /** Limits of request bodies that are in force for results of jobs, one for each site that has one. */
  readonly bodySizes: readonly Limit[];
  /** Time limits of a request or answer, as written in variables and sites. */
  readonly timeouts: readonly (Limit & { readonly name: string })[];
  /** The texts of the sites on port 80, as far as the project has them. */
  readonly plainSites: readonly { readonly name: string; readonly text: string; readonly rendered: string }[];
};

/** Reads the web server. */
export function readWebServer(view: HostView): WebServer {
  const folder = textOf(view.node('nginx_server_src_dir')) ?? 'templates/nginx';
  const sites = (variable: string) =>
    textsOf(view.node(variable)).flatMap((name) => {
      const rendered = view.render(`${folder}/${name}.j2`, true);
      return rendered ? [{ name, file: rendered.file, text: rendered.template, rendered: rendered.text }] : [];
    });
  const file = (name: string): ServedFile | undefined => {
    const path = textOf(view.node(name));
    return path === undefined ? undefined : { path, at: view.valueAt(name) };
  };
  const plainSites = sites('nginx_servers');
  const tlsSites = sites('nginx_ssl_servers');
  const http = view.node('nginx_conf_http');
  const size = part(http, 'client_max_body_size');
  const variable = textOf(size);
  const general = variable === undefined ? undefined : { value: variable, at: size?.position };
  const set = TIMEOUTS.flatMap((name) => {
    const value = textOf(part(http, name));
    return value === undefined ? [] : [{ name, value, at: part(http, name)?.position }];
  });
  return {
    view,
    key: file('nginx_conf_ssl_certificate_key'),
    certificate: file('nginx_conf_ssl_certificate'),
    bodySizes: bodySizesOf(tlsSites.length > 0 ? tlsSites : plainSites, general),
    timeouts: [...set, ...[...plainSites, ...tlsSites].flatMap(timeoutsOf)],
    plainSites,
  };
}

const TIMEOUTS = ['client_body_timeout', 'send_timeout', 'proxy_read_timeout', 'proxy_send_timeout'];

type Site = { readonly file: string; readonly text: string };

function timeoutsOf({ file, text }: Site): WebServer['timeouts'] {
  return text.split('\n').flatMap((line, index) => {
    const [, name, value] = /^\s*(\w+)\s+([^;{}\s]+)\s*;/.exec(line) ?? [];
    if (name === undefined || value === undefined || !TIMEOUTS.includes(name)) return [];
    return [
      {
        name,
        value,
        at: { file, line: index + 1, column: line.indexOf(value, line.indexOf(name) + name.length) + 1 },
      },
    ];
  });
}

/** The innermost limit counts: of a location for results, of the site, of all sites. */
function bodySizesOf(sites: readonly Site[], general: Limit | undefined): readonly Limit[] {
  const own = sites.map((site) => {
    const { inside, outside } = limitsOf(site);
    return inside ?? outside ?? general;
  });
  return (sites.length > 0 ? own : [general]).filter((one) => one !== undefined);
}

/** `location /` and those of the API of jobs take the results; uploads have limits of their own. */
function limitsOf({ file, text }: Site) {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ');
  const plain = text.replace(/\{\{.*?\}\}|\{%.*?%\}|#.*$/gm, blank);
  const location = /location\s+([^{]*)\{[^{}]*\}/g;
  const sizes = (part: string, from = 0) =>
    [...part.matchAll(/client_max_body_size\s+([^;\s]+)/g)].map((match): Limit => {
      const [whole, value = ''] = match;
      return { value, at: positionAt(text, from + match.index + whole.length - value.length, file) };
    });
  const inside = [...plain.matchAll(location)]
    .filter(([, path = '']) => /^(?:= ?)?\/\s*$|api\/jobs/.test(path))
    .flatMap((match) => sizes(match[0], match.index));
  return { inside: inside.at(-1), outside: sizes(plain.replace(location, blank))[0] };
}

/** Whether a name is one that an authority may give a certificate for: a full name, no address. */
export function isDomain(name: string): boolean {
  return /^(?:\*\.)?(?:[\w-]+\.)+[A-Za-z][\w-]*$/.test(name) && !/^localhost\b/.test(name);
}
