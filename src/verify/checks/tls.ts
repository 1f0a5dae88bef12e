/** Checks of TLS servers with openssl, from any host. See openssl-s_client(1). */
import { type Script, sh, steps } from '../../base/shell.ts';
import type { Check, CheckOutput, Verdict } from '../check.ts';

/** A TLS server, and the host that tries it. */
export type TlsServer = {
  readonly id: string;
  /** Inventory name of the host that connects. */
  readonly from: string;
  /** What it connects to. */
  readonly address: string;
  readonly port: number;
  /** The name that the certificate must have. */
  readonly name: string;
};

/**
 * Whether a handshake is completed, with a chain that this host trusts and the right name. `Verify return code: 0 (ok)`
 * alone proves nothing: it is printed for a server whose key does not fit, too.
 */
export function tlsHandshake(server: TlsServer): Check {
  const target = `${server.address}:${server.port}`;
  return {
    id: server.id,
    host: server.from,
    title: `${target} completes a TLS handshake as ${server.name}, with a chain that ${server.from} trusts`,
    asks: `openssl s_client -connect ${target} -servername ${server.name} -verify_hostname ${server.name} -verify_return_error`,
    script: sh`timeout 15 openssl s_client -connect ${target} -servername ${server.name} -verify_hostname ${server.name} -verify_return_error </dev/null 2>&1`,
    judge: (output) => judgeHandshake(output, server),
  };
}

function judgeHandshake({ code, stdout }: CheckOutput, server: TlsServer): Verdict {
  const cipher = /^New, (TLSv[\d.]+), Cipher is (\S+)/m.exec(stdout);
  const verified = /Verify return code: 0 \(ok\)/.test(stdout);
  if (code === 0 && cipher && verified)
    return { ok: true, got: `${cipher[1]}, ${cipher[2]}, chain and name verified` };
  // timeout(1) has ended it: packets that are dropped get no answer at all.
  if (code === 124 && !cipher) return { ok: false, got: 'no answer in 15 s', fix: UNANSWERED };
  return { ok: false, ...explain(stdout, server) };
}

const UNANSWERED = 'nothing answers: open the port in the firewalls between';

const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /Connection refused/,
    'nothing listens there, or a firewall between refuses it: see whether the service runs, then open the port',
  ],
  [/No route to host|Network is unreachable|timed out/, UNANSWERED],
  [/Name or service not known|nodename nor servname/, 'the name does not resolve on this host: add it to DNS'],
  [/verify error:.*hostname mismatch/i, 'the certificate has other names: add this one to certbot_domains'],
  [/verify error:.*expired/i, 'the certificate has expired: apply again, then see why renewals fail'],
  [
    /verify error:.*not yet valid/i,
    'to this host the certificate is of the future: see by timedatectl on both whose clock is wrong',
  ],
  [/verify error:/, 'this host does not trust the chain: use a public authority, or add its root to the host'],
  [/bad signature|key values mismatch/, 'key and certificate do not belong together: apply again'],
];

function explain(stdout: string, server: TlsServer): { got: string; fix: string } {
  const line = /^.*(?:verify error:|refused|mismatch|error:|errno=|timed out|not known).*$/im.exec(stdout)?.[0];
  const fix = REASONS.find(([pattern]) => pattern.test(stdout))?.[1];
  return {
    got: line?.trim() ?? 'no completed handshake',
    fix: fix ?? `the server on port ${server.port} ends the handshake: see whether it can read its key`,
  };
}

/** Whether a server shows the certificate that is in a file of its host: if not, it has not read the newest one. */
export function servedCertificate(server: Omit<TlsServer, 'address'> & { readonly file: string }): Check {
  const target = `127.0.0.1:${server.port}`;
  const print = (source: Script) => sh`${source} | openssl x509 -noout -fingerprint -sha256 -enddate`;
  return {
    id: server.id,
    host: server.from,
    title: `port ${server.port} shows the certificate of ${server.file}`,
    asks: `openssl s_client -connect ${target} -servername ${server.name} | openssl x509 -fingerprint; openssl x509 -fingerprint -in ${server.file}`,
    script: steps(
      print(sh`timeout 15 openssl s_client -connect ${target} -servername ${server.name} </dev/null 2>/dev/null`),
      sh`echo ---`,
      print(sh`cat -- ${server.file}`),
    ),
    judge({ stdout }) {
      const [served = '', onDisk = ''] = stdout.split('---\n');
      const until = /^notAfter=(.+)$/m.exec(served)?.[1];
      const ok = served.includes('Fingerprint=') && served.trim() === onDisk.trim();
      if (ok) return { ok, got: `the same, valid until ${until}` };
      const got = served.includes('Fingerprint=') ? `another one, valid until ${until}` : 'no certificate';
      return { ok, got, fix: 'apply again: it makes the server read its certificate' };
    },
  };
}

/** Whether a certificate's file has enough life left: renewals happen in the last third, at the latest 30 days before the end. */
export function certificateLife(options: {
  readonly id: string;
  readonly host: string;
  readonly file: string;
}): Check {
  return {
    id: options.id,
    host: options.host,
    title: `the certificate of ${options.file} is valid and was renewed in time`,
    asks: `openssl x509 -in ${options.file} -noout -dates`,
    script: sh`date +%s; openssl x509 -in ${options.file} -noout -dates`,
    judge({ stdout, stderr }) {
      const now = Number(stdout.split('\n')[0]) * 1000;
      const from = Date.parse(/^notBefore=(.+)$/m.exec(stdout)?.[1] ?? '');
      const until = Date.parse(/^notAfter=(.+)$/m.exec(stdout)?.[1] ?? '');
      if (Number.isNaN(until)) return { ok: false, got: stderr.trim(), fix: 'apply: it gets a certificate' };
      const days = Math.floor((until - now) / 86_400_000);
      const ok = now >= from && until - now > Math.min(20 * 86_400_000, (until - from) / 6);
      const got = `${days} days left, until ${new Date(until).toISOString().slice(0, 10)}`;
      return ok ? { ok, got } : { ok, got, fix: 'journalctl -u certbot.service tells why it is not renewed' };
    },
  };
}
