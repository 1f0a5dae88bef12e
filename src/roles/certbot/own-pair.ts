/** A certificate without certbot: signed by the host itself, or a pair of the project. */
import { mapText, reveal } from '../../base/secret.ts';
import { type Script, sh } from '../../base/shell.ts';
import { aptPackage, directory, file, type Resource, selfSigned } from '../../resources/index.ts';
import type { HostContext } from '../role.ts';
import { noCertificateInFile, unusablePair } from './errors.ts';
import { findPairProblem } from './pair-check.ts';
import type { Settings } from './settings.ts';
import type { CertbotValues } from './vars.ts';

/** Declares the pair where certbot's would be; the last resource is the one that the copies follow. @throws GatError certbot/no-certificate */
export function declareOwnPair(v: CertbotValues, host: HostContext, { live }: Settings): readonly Resource[] {
  const openssl = aptPackage('openssl', {});
  const folders = [directory('/etc/ssl/gatdeploy', {}), directory(live, { mode: '0700' })];
  return v.certificate_source === 'files'
    ? [openssl, ...folders, ...ofProject(v, host, live, openssl)]
    : [openssl, ...folders, ...ofHost(v, live)];
}

function ofHost(v: CertbotValues, live: string): readonly Resource[] {
  return [selfSigned(`${live}/cert.pem`, { key: `${live}/privkey.pem`, domains: v.certbot_domains })];
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/;

function ofProject(v: CertbotValues, host: HostContext, live: string, openssl: Resource): readonly Resource[] {
  const chain = host.readFile(v.certificate_file);
  const leaf = BLOCK.exec(reveal(chain))?.[0];
  if (leaf === undefined) throw noCertificateInFile(v.certificate_file, host);
  const key = v.certificate_key ?? host.readFile(v.certificate_key_file);
  const problem = findPairProblem({ chain: reveal(chain), key: reveal(key), domains: v.certbot_domains });
  if (problem) throw unusablePair(problem, v, host);
  const files = [
    file(`${live}/cert.pem`, { content: leaf.replace(/\n?$/, '\n'), validate: inTime, after: [openssl] }),
    file(`${live}/fullchain.pem`, { content: chain, validate: inTime, after: [openssl] }),
  ];
  // The key comes last: it stays the old one where the certificate is refused.
  return [
    ...files,
    file(`${live}/privkey.pem`, {
      content: mapText(key, (text) => `${text.trim()}\n`),
      mode: '0600',
      after: files,
    }),
  ];
}

/** By the clock of the host; what is in use stays when it fails. */
const inTime = (candidate: Script) => sh`gd_until=$(openssl x509 -in ${candidate} -noout -enddate)
openssl x509 -in ${candidate} -noout -checkend 0 >/dev/null || { echo "the certificate has expired: \${gd_until#notAfter=}" >&2; exit 1; }
gd_from=$(openssl x509 -in ${candidate} -noout -startdate)
test "$(date -u -d "\${gd_from#notBefore=}" +%s)" -le "$(date +%s)" || { echo "the certificate is not valid yet: \${gd_from#notBefore=}" >&2; exit 1; }`;
