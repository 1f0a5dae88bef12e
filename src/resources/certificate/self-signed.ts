/** A certificate that a host signs itself: enough to try things out, trusted by nobody else. See openssl-req(1). */
import { type Script, sh, steps } from '../../base/shell.ts';
import { type Change, type CommonProps, defineKind, type Probe, type State } from '../kind.ts';
import { checkPath } from '../paths.ts';
import { parseCertificates } from './certificate.ts';

export type SelfSignedProps = CommonProps & {
  /** Path of the private key; one that is there is kept. */
  readonly key?: string;
  readonly domains?: readonly string[];
  /** As in `-subj`: `/C=DE/O=Example/CN=galaxy.example.org`. */
  readonly subject?: string;
};

/** Ten years, as Ansible's module has it. */
const DAYS = 3650;

const pairs: Probe<SelfSignedProps> = {
  name: 'self-signed-certificates',
  needs: 'openssl',
  script: (items) =>
    steps(
      sh`date '+now %s'`,
      ...items.map(
        ({ name, props }) => sh`printf '@certificate\n'
test ! -f ${name} || sed '/^-----END CERTIFICATE/q' ${name}
test ! -f ${props.key ?? ''} || openssl pkey -in ${props.key ?? ''} -pubout 2>/dev/null`,
      ),
      sh`true`,
    ),
  parse: (stdout, items) =>
    parseCertificates(stdout, items, ({ names = '', key = '', life = '' }) => ({ names, key, life })),
};

/**
 * Makes a key and a certificate of its own for it; the name is the certificate's path.
 * @example selfSigned('/etc/ssl/certs/galaxy.crt', { key: '/etc/ssl/private/galaxy.pem', domains: ['galaxy.lab.test'] })
 */
export const selfSigned = defineKind<SelfSignedProps>({
  kind: 'self_signed_certificate',
  lane: 'slow',
  probe: pairs,
  desired(props, name): State {
    checkPath(name);
    return { names: [...(props.domains ?? [])].sort().join(', '), key: 'fits', life: 'long enough' };
  },
  touches: (props, name) => ({ path: name, uses: props.key === undefined ? [] : [props.key] }),
  loadables: (_props, path) => [{ type: 'file', path }],
  apply: sign,
});

function sign({ name, props, after }: Change<SelfSignedProps>): Script {
  const { key = '', domains = [], subject = `/CN=${domains[0] ?? ''}` } = props;
  if (!after) return sh`rm -f -- ${name} ${key}`;
  const names = domains.map((domain) => `DNS:${domain}`).join(',');
  return steps(
    sh`mkdir -p -- ${name.slice(0, name.lastIndexOf('/'))}`,
    sh`if ! openssl pkey -in ${key} -noout 2>/dev/null; then (
gd_begin ${key}
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$gd_new" 2>/dev/null || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$gd_new" 2>/dev/null
chmod 0600 -- "$gd_new"
gd_commit ${key}
); fi`,
    sh`gd_begin ${name}
openssl req -x509 -new -key ${key} -days ${DAYS} -subj ${subject} -addext ${`subjectAltName=${names}`} -out "$gd_new"
chmod 0644 -- "$gd_new"
gd_commit ${name}`,
  );
}
