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
  /** Who signs it where nobody trusts that by itself: `the staging authority`, `itself`. */
  readonly untrusted: string | undefined;
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
  const server = text('certbot_server') ?? /--server[= ](\S+)/.exec(text('certbot_auto_renew_extra') ?? '')?.[1];
  return {
    view,
    domains: domains.length > 0 ? domains : [view.host],
    shares: [...textsOf(view.node('certbot_share_key_users')), ...textsOf(view.node('certbot_share_key_ids'))],
    shareFolder: text('certbot_share_key_dir') ?? '/etc/ssl/user',
    isAcme: source === 'acme',
    untrusted: untrustedOf(source, server ?? `${text('certbot_environment')}`),
    postRenewal: text('certbot_post_renewal') ?? '',
  };
}

/** `acme`, `self-signed` or `files`, by the role that brings the certificate and its variable. */
function sourceOf(view: HostView): string | undefined {
  const role = textOf(view.node('nginx_ssl_role')) ?? '';
  if (view.has('self_signed_certs') || /self[_-]signed/.test(role)) return 'self-signed';
  if (!view.has('certbot') && !role.includes('certbot')) return undefined;
  return textOf(view.node('certificate_source')) ?? 'acme';
}

function untrustedOf(source: string, server: string): string | undefined {
  if (source === 'self-signed') return 'itself';
  return source === 'acme' && /staging/.test(server) ? 'the staging authority' : undefined;
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
  /** Limits of request bodies, as written in variables and sites. */
  readonly bodySizes: readonly Limit[];
  /** Time limits of a request or answer, as written in variables and sites. */
  readonly timeouts: readonly (Limit & { readonly name: string })[];
  /** The texts of the sites on port 80, as far as the project has them. */
  readonly plainSites: readonly { readonly name: string; readonly text: string }[];
};

/** Reads the web server. */
export function readWebServer(view: HostView): WebServer {
  const folder = textOf(view.node('nginx_server_src_dir')) ?? 'templates/nginx';
  const sites = (variable: string) =>
    textsOf(view.node(variable)).flatMap((name) => {
      const rendered = view.render(`${folder}/${name}.j2`, true);
      return rendered ? [{ name, file: rendered.file, text: rendered.template }] : [];
    });
  const file = (name: string): ServedFile | undefined => {
    const path = textOf(view.node(name));
    return path === undefined ? undefined : { path, at: view.valueAt(name) };
  };
  const plainSites = sites('nginx_servers');
  const tlsSites = sites('nginx_ssl_servers');
  const written = [...plainSites, ...tlsSites].flatMap(bodySizesOf);
  const http = view.node('nginx_conf_http');
  const size = part(http, 'client_max_body_size');
  const variable = textOf(size);
  const set = TIMEOUTS.flatMap((name) => {
    const value = textOf(part(http, name));
    return value === undefined ? [] : [{ name, value, at: part(http, name)?.position }];
  });
  return {
    view,
    key: file('nginx_conf_ssl_certificate_key'),
    certificate: file('nginx_conf_ssl_certificate'),
    bodySizes: variable === undefined ? written : [{ value: variable, at: size?.position }, ...written],
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

/** What a site says for all its requests, or for `location /`; uploads have limits of their own. */
function bodySizesOf({ file, text }: Site): readonly Limit[] {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ');
  const plain = text.replace(/\{\{.*?\}\}|\{%.*?%\}|#.*$/gm, blank);
  const general = plain.replace(/location\s+(?!\/\s*\{)[^{]*\{[^{}]*\}/g, blank);
  return [...general.matchAll(/client_max_body_size\s+([^;\s]+)/g)].map((match) => {
    const [whole, value = ''] = match;
    return { value, at: positionAt(text, match.index + whole.length - value.length, file) };
  });
}

/** Whether a name is one that an authority may give a certificate for: a full name, no address. */
export function isDomain(name: string): boolean {
  return /^(?:\*\.)?(?:[\w-]+\.)+[A-Za-z][\w-]*$/.test(name) && !/^localhost\b/.test(name);
}
