/** A certificate without certbot: signed by the host itself, or a pair of the project. */
import { mapText, reveal } from '../../base/secret.ts';
import { directory, file, type Resource, selfSigned } from '../../resources/index.ts';
import type { HostContext } from '../role.ts';
import { noCertificateInFile } from './errors.ts';
import type { Settings } from './settings.ts';
import type { CertbotValues } from './vars.ts';

/** Declares the pair where certbot's would be; the last resource is the one that the copies follow. @throws GatError certbot/no-certificate */
export function declareOwnPair(v: CertbotValues, host: HostContext, { live }: Settings): readonly Resource[] {
  const folders = [directory('/etc/ssl/gatdeploy', {}), directory(live, { mode: '0700' })];
  return v.certificate_source === 'files'
    ? [...folders, ...ofProject(v, host, live)]
    : [...folders, ...ofHost(v, live)];
}

function ofHost(v: CertbotValues, live: string): readonly Resource[] {
  return [selfSigned(`${live}/cert.pem`, { key: `${live}/privkey.pem`, domains: v.certbot_domains })];
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/;

function ofProject(v: CertbotValues, host: HostContext, live: string): readonly Resource[] {
  const chain = host.readFile(v.certificate_file);
  const leaf = BLOCK.exec(reveal(chain))?.[0];
  if (leaf === undefined) throw noCertificateInFile(v.certificate_file, host);
  const key = v.certificate_key ?? host.readFile(v.certificate_key_file);
  return [
    file(`${live}/privkey.pem`, { content: mapText(key, (text) => `${text.trim()}\n`), mode: '0600' }),
    file(`${live}/cert.pem`, { content: leaf.replace(/\n?$/, '\n') }),
    file(`${live}/fullchain.pem`, { content: chain }),
  ];
}
