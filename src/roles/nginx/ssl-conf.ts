/** conf.d/ssl.conf and conf.d/http_options.conf. See nginx.org, "ngx_http_ssl_module". */
import { joinText, type Text } from '../../base/secret.ts';
import type { TlsPaths } from './tls-paths.ts';
import type { NginxValues } from './vars.ts';

/** Mozilla's "intermediate" list, of ciphers that need no Diffie-Hellman parameters. */
const INTERMEDIATE = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
];

/** What is said where the variables say nothing. */
type Profile = {
  readonly protocols: readonly string[];
  readonly ciphers?: readonly string[];
  readonly curves?: readonly string[];
  readonly prefersServerCiphers: boolean;
  readonly sessionTimeout?: string;
  readonly sessionCache?: string;
  readonly sessionTickets?: boolean;
};

const COMMON = { protocols: ['TLSv1.2', 'TLSv1.3'], sessionTimeout: '5m', sessionCache: 'shared:SSL:8m' };

/** Mozilla's, but no stapling: the authorities that most use no longer answer for it. */
const PROFILES: Readonly<Record<NginxValues['nginx_ssl_config_profile'], Profile>> = {
  default: { ...COMMON, prefersServerCiphers: true },
  intermediate: {
    protocols: COMMON.protocols,
    ciphers: INTERMEDIATE,
    curves: ['X25519', 'prime256v1', 'secp384r1'],
    prefersServerCiphers: false,
    sessionTimeout: '4h',
    sessionCache: 'shared:MozSSL:10m',
    sessionTickets: false,
  },
  modern: {
    protocols: ['TLSv1.3'],
    curves: ['X25519', 'prime256v1', 'secp384r1'],
    prefersServerCiphers: false,
    sessionTickets: false,
  },
};

/** Renders the TLS settings that all sites share. */
export function renderSslConf(v: NginxValues, paths: TlsPaths): string {
  const profile = PROFILES[v.nginx_ssl_config_profile];
  const stapling = v.nginx_conf_ssl_stapling ?? (paths.trusted !== undefined || undefined);
  return [
    '# Made by gatdeploy.',
    line('ssl_protocols', (v.nginx_conf_ssl_protocols ?? profile.protocols).join(' ')),
    line('ssl_ciphers', (v.nginx_conf_ssl_ciphers ?? profile.ciphers)?.join(':')),
    line('ssl_ecdh_curve', (v.nginx_conf_ssl_ecdh_curve ?? profile.curves)?.join(':')),
    line(
      'ssl_prefer_server_ciphers',
      onOff(v.nginx_conf_ssl_prefer_server_ciphers ?? profile.prefersServerCiphers),
    ),
    line('ssl_session_timeout', v.nginx_conf_ssl_session_timeout ?? profile.sessionTimeout),
    line('ssl_session_cache', v.nginx_conf_ssl_session_cache ?? profile.sessionCache),
    line('ssl_session_tickets', onOff(v.nginx_conf_ssl_session_tickets ?? profile.sessionTickets)),
    line('ssl_certificate', paths.certificate),
    line('ssl_certificate_key', paths.key),
    line('ssl_trusted_certificate', paths.trusted),
    line('ssl_stapling', onOff(stapling)),
    line('ssl_stapling_verify', onOff(v.nginx_conf_ssl_stapling_verify ?? stapling)),
    '',
  ]
    .filter((text) => text !== undefined)
    .join('\n');
}

function line(directive: string, value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : `${directive} ${value};`;
}

function onOff(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : value ? 'on' : 'off';
}

/** Renders `nginx_conf_http`, sorted by directive; values of several lines stay as they are. */
export function renderHttpOptions(options: NonNullable<NginxValues['nginx_conf_http']>): Text {
  const lines = Object.entries(options)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([directive, value]) => joinText([`${directive} `, directiveValue(value), ';\n']));
  return joinText(['# Made by gatdeploy from nginx_conf_http.\n', ...lines]);
}

function directiveValue(value: Text | boolean | number): Text {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'number' ? String(value) : value;
}
