/**
 * A certificate that certbot gets from an ACME authority and keeps below `/etc/letsencrypt`. What is there is compared with
 * what is asked for: names, authority, key, remaining life. See certbot(1), "renewal configuration".
 */
import { X509Certificate } from 'node:crypto';
import { joinText, type Text } from '../../base/secret.ts';
import { feed, type Script, sh, steps } from '../../base/shell.ts';
import { type Change, type CommonProps, defineKind, type Observed, type Probe, type State } from '../kind.ts';
import { askAuthority } from './authority.ts';

export type CertificateProps = CommonProps & {
  readonly domains: readonly string[];
  /** The authority's directory URL. */
  readonly server: string;
  /** How to prove that the names are ours: `--webroot -w DIR`, `--standalone`, `--dns-route53`, … */
  readonly challenge: readonly string[];
  /** Directory that the web server shows under `/.well-known/`; noted by certbot for renewals. */
  readonly webroot?: string;
  /** `-m ADDRESS` or `--register-unsafely-without-email`, `--agree-tos`, and what the admin adds. */
  readonly options: readonly string[];
  /** The program, default `certbot`. */
  readonly certbot?: string;
  /** Where certbot keeps all, default `/etc/letsencrypt`. */
  readonly folder?: string;
  /** Credentials of an account that the authority knows from elsewhere. See RFC 8555, "External Account Binding". */
  readonly eab?: { readonly id: string; readonly key: Text };
};

const DEFAULT_FOLDER = '/etc/letsencrypt';

/**
 * Prints each certificate, the public half of its key, and what certbot noted for renewals. The certificate is read here:
 * that takes `openssl x509` longer than all the rest of a probe.
 */
const certificates: Probe<CertificateProps> = {
  name: 'certificates',
  needs: 'openssl',
  script: (items) =>
    steps(
      sh`date '+now %s'`,
      ...items.map(({ name, props }) => {
        const folder = props.folder ?? DEFAULT_FOLDER;
        return sh`printf '@certificate\n'
gd_live=${`${folder}/live/${name}`}
if test -f "$gd_live/fullchain.pem"; then
sed '/^-----END CERTIFICATE/q' "$gd_live/fullchain.pem"
openssl pkey -in "$gd_live/privkey.pem" -pubout
fi
sed -n 's/^\\(server\\|webroot_path\\) *= */\\1 /p' ${`${folder}/renewal/${name}.conf`}`;
      }),
      sh`true`,
    ),
  parse: (stdout, items) => parseCertificates(stdout, items, (state) => state),
};

/**
 * Gets a certificate, and gets it anew when it no longer is what it should be.
 * @example certificate('galaxy.example.org', { domains, server, challenge: ['--webroot', '-w', root], options })
 */
export const certificate = defineKind<CertificateProps>({
  kind: 'certificate',
  lane: 'slow',
  probe: certificates,
  desired: (props): State => ({
    names: [...props.domains].sort().join(', '),
    server: props.server,
    key: 'fits',
    life: LONG_ENOUGH,
    ...(props.webroot === undefined ? {} : { webroot: props.webroot }),
  }),
  touches: (props, name) => ({
    path: `${props.folder ?? DEFAULT_FOLDER}/live/${name}`,
    uses: [props.webroot, props.certbot].filter((path): path is string => path?.startsWith('/') ?? false),
  }),
  apply: issue,
});

const LONG_ENOUGH = 'long enough';

/** What is left of a life before it counts as short: certbot renews in the last 30 days or the last third. */
const RENEW_BELOW_MS = 30 * 24 * 3600 * 1000;

/**
 * Hooks of renewals don't run: what depends on the certificate is activated by whoever declared that it does. Without a
 * fitting key certbot can't even read its own records, so these go first; the copies that are in use stay.
 */
function issue({ name, props, keys, before, after }: Change<CertificateProps>): Script {
  const certbot = props.certbot ?? 'certbot';
  const folder = props.folder ?? DEFAULT_FOLDER;
  const where = folder === DEFAULT_FOLDER ? [] : ['--config-dir', folder];
  if (!after) return sh`${certbot} delete ${where} --non-interactive --cert-name ${name} </dev/null`;
  const words = [
    'certonly',
    ...where,
    '--non-interactive',
    '--no-directory-hooks',
    ...['--server', props.server],
    ...props.challenge,
    ...props.options,
    ...['--cert-name', name],
    '--renew-with-new-domains',
    ...(before ? ['--force-renewal'] : []),
    ...['-d', props.domains.join(',')],
  ];
  const records = [`${folder}/live/${name}`, `${folder}/archive/${name}`, `${folder}/renewal/${name}.conf`];
  const onlyLife = before !== undefined && [...keys].every((key) => key === 'life');
  return steps(
    (before === undefined || keys.has('key')) && sh`rm -rf -- ${records}`,
    props.eab && credentials(props.eab),
    askAuthority({
      command: sh`REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt ${certbot} ${words}${props.eab ? sh` -c "$gd_eab"` : sh``}`,
      chain: `${folder}/live/${name}/fullchain.pem`,
      server: props.server,
      onlyLife,
    }),
  );
}

/** The key is in a file that only root reads, and gone with the script. */
function credentials({ id, key }: NonNullable<CertificateProps['eab']>): Script {
  return steps(
    sh`gd_eab=$(mktemp /run/gatdeploy.XXXXXXXX)
trap 'rm -f -- "$gd_eab"' EXIT`,
    feed(joinText([`eab-kid = ${id}\neab-hmac-key = `, key, '\n']), sh`cat >"$gd_eab"`),
  );
}

/** Parses the time by the host's clock, and after it a block for each resource, in order; `pick` says what of it is its state. */
export function parseCertificates(
  stdout: string,
  items: readonly { readonly name: string }[],
  pick: (state: State) => State,
): ReadonlyMap<string, Observed> {
  const [clock = '', ...blocks] = stdout.split('@certificate\n');
  const now = Number(/^now (\d+)$/m.exec(clock)?.[1]) * 1000;
  return new Map(
    items.flatMap(({ name }, index): [string, Observed][] => {
      const state = parseCertificate(blocks[index] ?? '', now);
      return state ? [[name, pick(state)]] : [];
    }),
  );
}

/** Parses the certificate, its key's public half, and lines such as `server https://…`. */
function parseCertificate(text: string, now: number): State | undefined {
  const shown = readCertificate(blockOf(text, 'CERTIFICATE'));
  if (!shown) return undefined;
  const from = Date.parse(shown.validFrom);
  const until = Date.parse(shown.validTo);
  const names = [...(shown.subjectAltName ?? '').matchAll(/\bDNS:([^,\s]+)/g)].map((match) => match[1] ?? '');
  const left = until - now;
  const short = left < Math.min(RENEW_BELOW_MS, (until - from) / 3);
  const key = shown.publicKey.export({ type: 'spki', format: 'pem' }).toString().trim();
  return {
    names: names.sort().join(', '),
    server: /^server (.+)$/m.exec(text)?.[1] ?? 'not noted',
    key: key === blockOf(text, 'PUBLIC KEY') ? 'fits' : 'does not fit',
    life: left <= 0 ? 'expired' : short ? 'nearly over' : LONG_ENOUGH,
    webroot: (/^webroot_path (.+)$/m.exec(text)?.[1] ?? '').replace(/,\s*$/, ''),
  };
}

/** A part of a text between its `BEGIN` and `END` lines, these included. See RFC 7468. */
function blockOf(text: string, label: string): string {
  return new RegExp(`-----BEGIN ${label}-----[^-]*-----END ${label}-----`).exec(text)?.[0] ?? '';
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined; // none is there, or it is broken: certbot makes a new one
  }
}
