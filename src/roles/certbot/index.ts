/** certbot: one certificate, its copies for those who need it, and its renewal. */
import * as capability from '../../base/capability.ts';
import { joinText, type Text } from '../../base/secret.ts';
import { certificate, certificateCopy, directory, file, group, type Resource } from '../../resources/index.ts';
import { defineRole, type HostContext } from '../role.ts';
import { certbotAdvice } from './advice.ts';
import { certbotChecks } from './checks.ts';
import { halfBinding } from './errors.ts';
import { declareInstall } from './install.ts';
import { declareOwnPair } from './own-pair.ts';
import { declareHook, declareRenewal } from './renewal.ts';
import { type Copy, credentialsFile, type Settings, settingsOf } from './settings.ts';
import { staleKeys } from './stale-keys.ts';
import { type CertbotValues, vars } from './vars.ts';

export const certbot = defineRole({
  name: 'certbot',
  aliases: ['usegalaxy_eu.certbot', 'usegalaxy-eu.certbot', 'galaxyproject.certbot'],
  doc: 'Gets a certificate from an ACME authority, copies it to where services read it, and renews it.',
  vars,
  declare: declareCertbot,
  verify: (v, host) => (v.certbot_domains.length === 0 ? [] : certbotChecks(v, host)),
  advise: certbotAdvice,
});

/** Declares everything of the certificate; nginx's role does so too, as its Ansible form includes certbot's. */
export function declareCertbot(v: CertbotValues, host: HostContext): readonly Resource[] {
  if (v.certificate_source !== 'acme' && v.certbot_domains.length > 0) return declareWithout(v, host);
  const install = declareInstall(v, host);
  if (v.certbot_domains.length === 0) return install;
  const settings = settingsOf(v, host);
  const folders = declareFolders(v, settings);
  const credentials = declareCredentials(v);
  const issued = declareIssued(v, host, { settings, after: [...install, ...credentials] });
  const hook = declareHook(v, settings);
  return [
    ...install,
    ...folders,
    ...credentials,
    issued,
    ...declareCopies(v, settings, { issued, host }),
    ...hook,
    ...declareRenewal(v, settings, [...install, ...hook]),
  ];
}

/** The same copies of a certificate that comes from elsewhere. */
function declareWithout(v: CertbotValues, host: HostContext): readonly Resource[] {
  const settings = settingsOf(v, host);
  const pair = declareOwnPair(v, host, settings);
  const issued = pair.at(-1);
  const copies = issued === undefined ? [] : declareCopies(v, settings, { issued, host });
  return [...declareFolders(v, settings), ...pair, ...copies];
}

function declareIssued(
  v: CertbotValues,
  host: HostContext,
  { settings, after }: { readonly settings: Settings; readonly after: readonly Resource[] },
): Resource {
  const { certbot_eab_kid: id, certbot_eab_hmac_key: key } = v;
  if ((id === undefined) !== (key === undefined)) throw halfBinding(host);
  return certificate(settings.name, {
    domains: v.certbot_domains,
    server: settings.server,
    challenge: settings.challenge,
    options: settings.options,
    certbot: settings.program,
    folder: v.certbot_letsencrypt_dir,
    ...(id === undefined || key === undefined ? {} : { eab: { id, key } }),
    ...(settings.webroot === undefined ? {} : { webroot: settings.webroot }),
    requires: settings.webroot === undefined ? [] : [capability.http(host.name)],
    provides: settings.copies.length === 0 ? [capability.certificate(host.name)] : [],
    after,
  });
}

/** The copies, and the end of those for users who are no longer declared. */
function declareCopies(
  v: CertbotValues,
  settings: Settings,
  { issued, host }: { readonly issued: Resource; readonly host: HostContext },
): readonly Resource[] {
  const copies = settings.copies.map((copy) => declareCopy(copy, issued, host));
  return copies.length === 0 ? [] : [...copies, staleKeys(v, settings, issued)];
}

function declareFolders(v: CertbotValues, settings: Settings): readonly Resource[] {
  const webroot = settings.webroot === undefined ? [] : [directory(settings.webroot, {})];
  const shared = settings.copies.some((copy) => copy.sharedWith) ? [directory(v.certbot_share_key_dir, {})] : [];
  const sslGroup = v.certbot_ssl_group;
  if (sslGroup === undefined || settings.copies.length === 0) return [...webroot, ...shared];
  return [
    ...webroot,
    ...shared,
    group(sslGroup, { system: true }),
    directory('/etc/ssl/private', {
      group: sslGroup,
      mode: v.certbot_ssl_private_dir_mode.padStart(4, '0'),
    }),
  ];
}

function declareCredentials(v: CertbotValues): readonly Resource[] {
  const { certbot_dns_provider: provider, certbot_dns_credentials: credentials } = v;
  if (provider === undefined || credentials === undefined) return [];
  const lines = Object.entries(credentials).map(
    ([key, value]): Text => joinText([`dns_${provider}_${key} = `, value, '\n']),
  );
  return [file(credentialsFile(v), { content: joinText(lines), mode: '0400' })];
}

/** A user comes with the package that has made it, if some role of this host says so. */
function declareCopy(copy: Copy, issued: Resource, host: HostContext): Resource {
  const isUser = copy.sharedWith !== undefined && !copy.owner.includes(':');
  return certificateCopy(copy.path, {
    source: copy.source,
    owner: copy.owner,
    mode: copy.mode,
    ...(copy.group === undefined ? {} : { group: copy.group }),
    of: issued,
    requires: isUser ? [capability.osUser(host.name, copy.owner)] : [],
    provides:
      copy.sharedWith === undefined
        ? [capability.certificate(host.name)]
        : [capability.sharedKey(host.name, copy.sharedWith)],
  });
}
