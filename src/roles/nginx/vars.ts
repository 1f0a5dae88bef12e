/** The variables of galaxyproject.nginx, under the names and with the defaults that its users know. */
import { z } from 'zod';
import { vars as certbotVars } from '../certbot/vars.ts';
import type { RoleValues } from '../role.ts';
import { vars as selfSignedVars } from '../self-signed-certs/index.ts';
import { bool, int, listOf, text, word } from '../types.ts';
import { inertVars } from './inert-vars.ts';

export const ownVars = {
  nginx_flavor: {
    type: word,
    default: 'full',
    doc: "Which of the distribution's packages is installed: `nginx-FLAVOR`.",
  },
  nginx_configs: { type: listOf(word), default: [], doc: 'Old name of `nginx_servers`.' },
  nginx_servers: {
    type: listOf(word),
    default: '{{ nginx_configs }}',
    doc: 'Names of sites without TLS: `redirect-ssl` is rendered from `templates/nginx/redirect-ssl.j2`, or from a built-in template of that name.',
  },
  nginx_ssl_servers: {
    type: listOf(word),
    default: [],
    doc: 'Names of sites with TLS. They are set up once there is a certificate.',
  },
  nginx_server_src_dir: {
    type: word,
    default: 'templates/nginx',
    doc: "Where the sites' templates are, relative to the playbook.",
  },
  nginx_extra_configs: {
    type: listOf(word),
    default: [],
    doc: 'Further files in `nginx_conf_dir`, rendered from `templates/nginx/NAME.j2`.',
  },
  nginx_conf_http: {
    type: z.record(z.string(), z.union([text, z.boolean(), z.number()])).optional(),
    doc: 'Directives of `http {}`; each becomes a line of conf.d/http_options.conf.',
  },
  nginx_conf_dir: { type: word, default: '/etc/nginx', doc: "nginx's configuration directory." },
  nginx_conf_ssl_certificate: {
    type: word.optional(),
    doc: 'Certificate with its chain. Together with the key it switches TLS on.',
  },
  nginx_conf_ssl_certificate_key: { type: word.optional(), doc: 'Private key of the certificate.' },
  nginx_conf_ssl_trusted_certificate: {
    type: word.optional(),
    doc: 'Chain for OCSP stapling; setting it switches stapling on.',
  },
  nginx_conf_ssl_protocols: {
    type: listOf(word).optional(),
    doc: 'Versions of TLS; default TLSv1.2 and TLSv1.3, with the profile `modern` only TLSv1.3.',
  },
  nginx_conf_ssl_ciphers: {
    type: listOf(word).optional(),
    doc: "Ciphers of TLS 1.2; default those of `nginx_ssl_config_profile`, else nginx's own.",
  },
  nginx_ssl_config_profile: {
    type: z.enum(['default', 'intermediate', 'modern']),
    default: 'default',
    doc: "What `nginx_conf_ssl_*` leave open, after Mozilla's recommendations; ciphers that need a Diffie-Hellman file are left out, and stapling stays off.",
  },
  nginx_conf_ssl_ecdh_curve: { type: listOf(word).optional(), doc: 'Curves for the key exchange.' },
  nginx_conf_ssl_prefer_server_ciphers: {
    type: bool.optional(),
    doc: "Whether the server's order of ciphers counts.",
  },
  nginx_conf_ssl_session_timeout: {
    type: word.optional(),
    doc: 'How long sessions can be resumed; default 5m, with the profile `intermediate` 4h.',
  },
  nginx_conf_ssl_session_cache: {
    type: word.optional(),
    doc: 'Where sessions are kept; default `shared:SSL:8m`, with the profile `intermediate` `shared:MozSSL:10m`.',
  },
  nginx_conf_ssl_session_tickets: { type: bool.optional(), doc: 'Whether sessions can be resumed by tickets.' },
  nginx_conf_ssl_stapling: { type: bool.optional(), doc: 'OCSP stapling.' },
  nginx_conf_ssl_stapling_verify: { type: bool.optional(), doc: 'Whether the stapled answers are verified.' },
  nginx_ssl_role: {
    type: word.optional(),
    doc: 'The role that gets the certificate; usegalaxy_eu.certbot and galaxyproject.self_signed_certs are included with their variables. Without it certificate and key are copied from the project.',
  },
  nginx_ssl_src_dir: {
    type: word,
    default: 'files/ssl',
    doc: 'Where certificate and key are in the project, when there is no `nginx_ssl_role`.',
  },
  nginx_ssl_conf_dir: {
    type: word,
    default: '{{ nginx_conf_dir }}/ssl',
    doc: 'Where they go to on the host, unless their variables are absolute paths.',
  },
  sslkeys: {
    type: z.record(z.string(), text).optional(),
    doc: 'Private keys by file name, instead of files in `nginx_ssl_src_dir`.',
  },
  nginx_galaxy_upstream: {
    type: word,
    default: '127.0.0.1:8080',
    doc: 'Where gunicorn listens, for the built-in site `galaxy`: an address, or `unix:` and a path. Own variable of gatdeploy.',
  },
  nginx_galaxy_static_dir: {
    type: word.optional(),
    doc: "Galaxy's static files, for the built-in site `galaxy`; without it Galaxy serves them itself. Own variable of gatdeploy.",
  },
  galaxy_tusd_port: { type: int.optional(), doc: "tusd's port; for the built-in site `galaxy`." },
} as const;

/** Variables of the certificate's roles are here too: they are run by this one, and not listed in playbooks. */
export const vars = { ...ownVars, ...inertVars, ...certbotVars, ...selfSignedVars } as const;

export type NginxValues = RoleValues<typeof vars>;
