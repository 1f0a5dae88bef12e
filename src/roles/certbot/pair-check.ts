/** Whether a certificate and a key of the project go together, before any host gets them. What depends on the time is asked on the host. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

export type Pair = {
  readonly chain: string;
  readonly key: string;
  readonly domains: readonly string[];
};

export type PairProblem = {
  readonly of: 'certificate' | 'key';
  /** What is wrong, as the end of a sentence that begins with the file; never a part of the key. */
  readonly what: string;
  readonly fix: string;
};

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Finds the first thing that would keep a service from using the pair. */
export function findPairProblem({ chain, key, domains }: Pair): PairProblem | undefined {
  const certificates = (chain.match(BLOCK) ?? []).map(readCertificate);
  const [leaf, ...others] = certificates;
  const fixCertificate = 'put the certificate of the server first, then its chain, in PEM form';
  if (!leaf || others.includes(undefined))
    return { of: 'certificate', what: 'holds something that is no certificate', fix: fixCertificate };
  const own = readKey(key);
  if (!own)
    return {
      of: 'key',
      what: 'holds no private key that can be read without a password',
      fix: 'openssl pkey -in OLD.key -out NEW.key   takes a password off',
    };
  if (!leaf.checkPrivateKey(own)) return mismatch(own, others);
  const [issuer] = others;
  if (issuer && !leaf.checkIssued(issuer))
    return {
      of: 'certificate',
      what: 'has no chain: the second certificate did not issue the first',
      fix: fixCertificate,
    };
  return missingNames(leaf, domains);
}

function mismatch(own: KeyObject, others: readonly (X509Certificate | undefined)[]): PairProblem {
  const isReversed = others.some((one) => one?.checkPrivateKey(own));
  return isReversed
    ? {
        of: 'certificate',
        what: 'has its chain in the wrong order: the own certificate of the server must be the first',
        fix: 'cat SERVER.pem INTERMEDIATE.pem >CHAIN.pem',
      }
    : {
        of: 'key',
        what: 'is the key of another certificate',
        fix: 'openssl pkey -in NAME.key -pubout; openssl x509 -in NAME.pem -noout -pubkey   must print the same',
      };
}

function missingNames(leaf: X509Certificate, domains: readonly string[]): PairProblem | undefined {
  const names = [...(leaf.subjectAltName ?? '').matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => name ?? '');
  const missing = domains.filter((domain) => !names.includes(domain) && !leaf.checkHost(domain));
  if (missing.length === 0) return undefined;
  return {
    of: 'certificate',
    what: `is not for ${missing.join(', ')}, but for ${names.join(', ') || 'no name'}`,
    fix: `certbot_domains: [${names.join(', ')}]`,
  };
}

function readCertificate(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

function readKey(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}
