/** conf.d/ssl.conf and conf.d/http_options.conf. See nginx.org, "ngx_http_ssl_module". */
import { joinText, type Text } from '../../base/secret.ts';
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

/** Renders the TLS settings that all sites share. */
export function renderSslConf(
  v: NginxValues,
  paths: { readonly certificate: string; readonly key: string },
): string {
  const profile = v.nginx_ssl_config_profile;
  const protocols = profile === 'modern' ? ['TLSv1.3'] : v.nginx_conf_ssl_protocols;
  const ciphers = v.nginx_conf_ssl_ciphers ?? (profile === 'intermediate' ? INTERMEDIATE : []);
  const trusted = v.nginx_conf_ssl_trusted_certificate;
  const stapling = v.nginx_conf_ssl_stapling ?? (trusted !== undefined || undefined);
  return [
    '# Made by gatdeploy.',
    line('ssl_protocols', protocols.join(' ')),
    line('ssl_ciphers', ciphers.length > 0 ? ciphers.join(':') : undefined),
    line('ssl_ecdh_curve', v.nginx_conf_ssl_ecdh_curve?.join(':')),
    line('ssl_prefer_server_ciphers', onOff(v.nginx_conf_ssl_prefer_server_ciphers ?? profile === 'default')),
    line('ssl_session_timeout', v.nginx_conf_ssl_session_timeout),
    line('ssl_session_cache', v.nginx_conf_ssl_session_cache),
    line('ssl_session_tickets', onOff(v.nginx_conf_ssl_session_tickets)),
    line('ssl_certificate', paths.certificate),
    line('ssl_certificate_key', paths.key),
    line('ssl_trusted_certificate', trusted),
    line('ssl_stapling', onOff(stapling)),
    line('ssl_stapling_verify', onOff(v.nginx_conf_ssl_stapling_verify ?? stapling)),
    '',
  ]
    .filter((text) => text !== undefined)
    .join('\n');
}

function line(directive: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${directive} ${value};`;
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
