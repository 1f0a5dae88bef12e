/** What shows that nginx works: it answers on both ports and shows the certificate that is on disk. */
import type { Check } from '../../verify/check.ts';
import { httpAnswers } from '../../verify/checks/http.ts';
import { type Listener, listeners } from '../../verify/checks/listeners.ts';
import { servedCertificate, tlsHandshake } from '../../verify/checks/tls.ts';
import type { HostContext } from '../role.ts';
import { isSelfSigned } from './tls.ts';
import { tlsPaths } from './tls-paths.ts';
import type { NginxValues } from './vars.ts';

/** All checks of nginx on its host. */
export function nginxChecks(v: NginxValues, host: HostContext): readonly Check[] {
  const name = (isSelfSigned(v) ? v.openssl_domains[0] : v.certbot_domains[0]) ?? host.name;
  const paths = tlsPaths(v);
  const isTls = paths !== undefined && v.nginx_ssl_servers.length > 0;
  const ports: readonly Listener[] = [
    ...(v.nginx_servers.length > 0 ? [{ port: 80, reach: 'network' as const, use: 'HTTP' }] : []),
    ...(isTls ? [{ port: 443, reach: 'network' as const, use: 'HTTPS' }] : []),
  ];
  const plain =
    v.nginx_servers.length > 0
      ? [httpAnswers({ id: 'nginx/80', host: host.name, url: `http://${name}/`, address: '127.0.0.1' })]
      : [];
  if (ports.length === 0) return [];
  return [
    listeners({ id: 'nginx/listeners', host: host.name, of: 'nginx', ports }),
    ...plain,
    ...(isTls ? tlsChecks(host, { name, file: paths.certificate, isTrusted: !isOwn(v) }) : []),
  ];
}

/** What the host has signed itself is trusted by nobody. */
function isOwn(v: NginxValues): boolean {
  return isSelfSigned(v) || v.certificate_source === 'self-signed';
}

type Served = { readonly name: string; readonly file: string; readonly isTrusted: boolean };

function tlsChecks(host: HostContext, { name, file, isTrusted }: Served): readonly Check[] {
  return [
    httpAnswers({ id: 'nginx/443', host: host.name, url: `https://${name}/`, address: '127.0.0.1' }),
    ...(isTrusted
      ? [tlsHandshake({ id: 'nginx/tls', from: host.name, address: '127.0.0.1', port: 443, name })]
      : []),
    servedCertificate({ id: 'nginx/certificate', from: host.name, port: 443, name, file }),
  ];
}
