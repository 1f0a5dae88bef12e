/** galaxyproject.self_signed_certs: a certificate that the host signs itself, for hosts that no authority reaches. */
import * as capability from '../../base/capability.ts';
import { sh } from '../../base/shell.ts';
import { aptPackage, command, file, type Resource, selfSigned } from '../../resources/index.ts';
import { certificateLife } from '../../verify/checks/tls.ts';
import { defineRole, type HostContext, type RoleValues } from '../role.ts';
import { bool, listOf, word } from '../types.ts';

export const vars = {
  openssl_domains: {
    type: listOf(word),
    default: ['{{ inventory_hostname }}'],
    doc: 'Names on the certificate; the first one names its files.',
  },
  openssl_private_key_path: {
    type: word.optional(),
    doc: 'Where the private key is; default /etc/ssl/private/NAME.pem.',
  },
  openssl_csr_path: {
    type: word.optional(),
    doc: 'Where the request for an official certificate is; default /etc/ssl/private/NAME.csr.',
  },
  openssl_certificate_path: {
    type: word.optional(),
    doc: 'Where the certificate is; default /etc/ssl/certs/NAME.crt.',
  },
  openssl_self_sign: {
    type: bool,
    default: true,
    doc: "`false`: the certificate is the project's files/certificates/NAME.cer, and the host only makes its key and a request.",
  },
  openssl_email_address: { type: word.optional(), doc: 'Part of the subject.' },
  openssl_country_name: { type: word.optional(), doc: 'Part of the subject.' },
  openssl_locality_name: { type: word.optional(), doc: 'Part of the subject.' },
  openssl_organization_name: { type: word.optional(), doc: 'Part of the subject.' },
  openssl_organizational_unit_name: { type: word.optional(), doc: 'Part of the subject.' },
  openssl_state_or_province_name: { type: word.optional(), doc: 'Part of the subject.' },
} as const;

export type SelfSignedValues = RoleValues<typeof vars>;

export const selfSignedCerts = defineRole({
  name: 'self_signed_certs',
  aliases: ['galaxyproject.self_signed_certs', 'galaxyproject.self-signed-certs'],
  doc: 'Makes a certificate that the host signs itself, where no authority can be asked.',
  vars,
  declare: declareSelfSigned,
  verify: (v, host) => [
    certificateLife({ id: 'certificate/life', host: host.name, file: pathsOf(v).certificate }),
  ],
});

/** Declares key and certificate; nginx's role does so too, as its Ansible form includes this one. */
export function declareSelfSigned(v: SelfSignedValues, host: HostContext): readonly Resource[] {
  const { name, key, certificate } = pathsOf(v);
  const openssl = aptPackage('openssl', {});
  const provides = [capability.certificate(host.name)];
  const subject = subjectOf(v, name);
  if (v.openssl_self_sign)
    return [
      openssl,
      selfSigned(certificate, { key, domains: v.openssl_domains, subject, provides, after: [openssl] }),
    ];
  const request = declareRequest(v, { key, subject, after: [openssl] });
  const content = host.readFile(`files/certificates/${name}.cer`);
  return [openssl, request, file(certificate, { content, provides, after: [request] })];
}

function pathsOf(v: SelfSignedValues) {
  const name = v.openssl_domains[0] ?? '';
  return {
    name,
    key: v.openssl_private_key_path ?? `/etc/ssl/private/${name}.pem`,
    request: v.openssl_csr_path ?? `/etc/ssl/private/${name}.csr`,
    certificate: v.openssl_certificate_path ?? `/etc/ssl/certs/${name}.crt`,
  };
}

function subjectOf(v: SelfSignedValues, name: string): string {
  const parts = [
    ['C', v.openssl_country_name],
    ['ST', v.openssl_state_or_province_name],
    ['L', v.openssl_locality_name],
    ['O', v.openssl_organization_name],
    ['OU', v.openssl_organizational_unit_name],
    ['CN', name],
    ['emailAddress', v.openssl_email_address],
  ] as const;
  return parts
    .flatMap(([part, value]) => (value === undefined ? [] : [`/${part}=${value.replaceAll('/', '\\/')}`]))
    .join('');
}

/** What an authority is given to sign; the key never leaves the host. */
function declareRequest(
  v: SelfSignedValues,
  { key, subject, after }: { readonly key: string; readonly subject: string; readonly after: readonly Resource[] },
): Resource {
  const { request } = pathsOf(v);
  const names = v.openssl_domains.map((domain) => `DNS:${domain}`).join(',');
  return command(`request ${request}`, {
    creates: request,
    run: sh`(umask 077; test -s ${key} || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ${key} 2>/dev/null)
openssl req -new -key ${key} -subj ${subject} -addext ${`subjectAltName=${names}`} -out ${request}`,
    after,
  });
}
