/** What certbot's variables amount to: the certificate's name, the authority, the options, the copies. */
import type { HostContext } from '../role.ts';
import { termsNotAccepted, webrootMissing } from './errors.ts';
import type { CertbotValues } from './vars.ts';

/** Let's Encrypt's directories, by `certbot_environment`. */
const SERVERS = {
  production: 'https://acme-v02.api.letsencrypt.org/directory',
  staging: 'https://acme-staging-v02.api.letsencrypt.org/directory',
} as const;

/** Where certificates are kept that certbot has nothing to do with. */
const OWN = '/etc/ssl/gatdeploy';

export type Settings = {
  /** Name of the certificate and of its folder. */
  readonly name: string;
  readonly server: string;
  readonly challenge: readonly string[];
  readonly webroot: string | undefined;
  readonly options: readonly string[];
  /** `certbot_auto_renew_extra` without `--server`, which certbot notes for renewals. */
  readonly extra: readonly string[];
  readonly program: string;
  readonly live: string;
  /** The certificate with its chain; a leaf that the host has signed is its own. */
  readonly chain: string;
  readonly copies: readonly Copy[];
};

/** One file that others read. */
export type Copy = {
  readonly source: string;
  readonly path: string;
  /** A user, or `uid:gid`. */
  readonly owner: string;
  readonly group?: string;
  readonly mode: string;
  /** Whose key copy it is. */
  readonly sharedWith?: string;
};

/** Works the variables out. @throws GatError certbot/terms, certbot/webroot */
export function settingsOf(v: CertbotValues, host: HostContext): Settings {
  const name = v.certbot_hostname_override ?? v.certbot_domains[0] ?? '';
  const isAcme = v.certificate_source === 'acme';
  if (isAcme && !v.certbot_agree_tos.includes('--agree-tos')) throw termsNotAccepted(host);
  const { server, extra } = splitServer(v.certbot_auto_renew_extra.split(/\s+/).filter(Boolean));
  const live = isAcme ? `${v.certbot_letsencrypt_dir}/live/${name}` : `${OWN}/${name}`;
  const mail =
    v.certbot_admin_email === undefined ? ['--register-unsafely-without-email'] : ['-m', v.certbot_admin_email];
  return {
    name,
    server: v.certbot_server ?? server ?? SERVERS[v.certbot_environment],
    ...(isAcme ? challengeOf(v, host) : { challenge: [], webroot: undefined }),
    options: [...mail, '--agree-tos', ...extra],
    extra,
    program: v.certbot_install_method === 'virtualenv' ? `${v.certbot_dir}/bin/certbot` : v.certbot_script,
    live,
    chain: chainOf(v, live),
    copies: copiesOf(v, live),
  };
}

function chainOf(v: CertbotValues, live: string): string {
  return `${live}/${v.certificate_source === 'self-signed' ? 'cert' : 'fullchain'}.pem`;
}

/** Where the credentials of the DNS plugin are. */
export function credentialsFile(v: CertbotValues): string {
  return (
    v.certbot_dns_credentials_file ?? `${v.certbot_letsencrypt_dir}/dns-${v.certbot_dns_provider}-credentials.ini`
  );
}

function splitServer(words: readonly string[]): { server: string | undefined; extra: readonly string[] } {
  const at = words.findIndex((word) => word === '--server' || word.startsWith('--server='));
  const found = words[at];
  if (found === undefined) return { server: undefined, extra: words };
  const isJoined = found.includes('=');
  return {
    server: isJoined ? found.slice(found.indexOf('=') + 1) : words[at + 1],
    extra: words.filter((_, index) => index !== at && (isJoined || index !== at + 1)),
  };
}

function challengeOf(v: CertbotValues, host: HostContext): Pick<Settings, 'challenge' | 'webroot'> {
  if (v.certbot_dns_provider !== undefined) return { challenge: dnsChallenge(v), webroot: undefined };
  const words = v.certbot_auth_method.split(/\s+/).filter(Boolean);
  if (!words.includes('--webroot')) return { challenge: words, webroot: undefined };
  if (v.certbot_well_known_root === undefined) throw webrootMissing(host);
  const webroot = v.certbot_well_known_root.replace(/(?<=.)\/+$/, '');
  return { challenge: [...words, '-w', webroot], webroot };
}

function dnsChallenge(v: CertbotValues): readonly string[] {
  const plugin = `--dns-${v.certbot_dns_provider}`;
  const seconds = v.certbot_dns_provider_propagation_seconds;
  return [
    plugin,
    ...(v.certbot_dns_credentials === undefined ? [] : [`${plugin}-credentials`, credentialsFile(v)]),
    ...(seconds === undefined ? [] : [`${plugin}-propagation-seconds`, String(seconds)]),
  ];
}

/** The files that the old role's hook made; without anything that asks for them there are none. */
function copiesOf(v: CertbotValues, live: string): readonly Copy[] {
  const shares = [...v.certbot_share_key_users, ...v.certbot_share_key_ids];
  const isAcme = v.certificate_source === 'acme';
  if (isAcme && v.certbot_post_renewal === undefined && shares.length === 0) return [];
  const group = v.certbot_ssl_group === undefined ? {} : { group: v.certbot_ssl_group };
  const common = { owner: 'root', ...group };
  return [
    { ...common, source: chainOf(v, live), path: '/etc/ssl/certs/fullchain.pem', mode: '0644' },
    { ...common, source: `${live}/cert.pem`, path: '/etc/ssl/certs/cert.pem', mode: '0644' },
    { ...common, source: `${live}/privkey.pem`, path: '/etc/ssl/private/privkey.pem', mode: '0640' },
    ...[...new Set(shares)].map((owner) => ({
      source: `${live}/privkey.pem`,
      path: `${v.certbot_share_key_dir}/privkey-${owner}.pem`,
      owner,
      mode: '0640',
      sharedWith: owner,
    })),
  ];
}
