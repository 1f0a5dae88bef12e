/** The lab's certificate authority: its root is new after each start of pebble, so it is read and given to all hosts. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { type Script, sh, steps } from '../base/shell.ts';
import { acmeNotReady } from './errors.ts';
import { poll } from './run.ts';
import { hostsLines } from './seed.ts';
import { ACME, addressOf, cachePaths, fqdn, type LabRecord } from './store.ts';

export const ACME_DIRECTORY = `https://${fqdn(ACME)}:14000/dir`;
export const STANDIN_REPOSITORY = `http://${fqdn(ACME)}/cvmrepo/apt`;

const ROOT_LIMIT = { timeoutMs: 30_000, everyMs: 100 };

/** A CA of the lab; `name` is that of its file in a host's trust store. */
export type LabCa = { readonly name: string; readonly pem: string };

/** Reads the CAs of the lab: that of pebble's own HTTPS, and the root of what it issues. @throws GatError lab/acme-not-ready */
export async function readCas(record: LabRecord): Promise<readonly LabCa[]> {
  const api = readFromLayer(record, 'etc/pebble/ca.pem');
  let cause: unknown;
  const root = await poll(
    () =>
      fetchRoot(addressOf(record, ACME), api).catch((error: unknown) => {
        cause = error;
        return undefined;
      }),
    ROOT_LIMIT,
  );
  if (!root) throw acmeNotReady(record.name, cause);
  return [
    { name: 'lab-acme-api', pem: `${api.trim()}\n` },
    { name: 'lab-acme-root', pem: `${root.trim()}\n` },
  ];
}

/** The public key that signs the repository of stand-ins. */
export function standinKey(record: LabRecord): string {
  return readFromLayer(record, 'srv/www/cvmrepo/apt/standin.asc');
}

function readFromLayer(record: LabRecord, path: string): string {
  return readFileSync(join(cachePaths(record.os).images, record.acmeImage, 'upper', path), 'utf8');
}

function fetchRoot(address: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: address, port: 15000, path: '/roots/0', ca, servername: fqdn(ACME), timeout: 2000 };
    const asked = request(options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => (response.statusCode === 200 ? resolve(body) : reject(new Error(body))));
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in 2 s')));
    asked.on('error', reject);
    asked.end();
  });
}

/**
 * Brings a running host up to date: its neighbours' names and the lab's CAs. The store gets what update-ca-certificates
 * would leave, in a twentieth of the time. Ends when the host has finished starting.
 */
export function settleScript(record: LabRecord, cas: readonly LabCa[]): Script {
  return steps(
    sh`set -eu`,
    ...hostsLines(record).map((line) => sh`grep -qxF ${line} /etc/hosts || echo ${line} >>/etc/hosts`),
    sh`cd /etc/ssl/certs`,
    sh`find . -lname 'lab-acme-*' -delete`,
    ...cas.map(({ name, pem }) => trust(name, pem)),
    sh`cat ./*.pem >ca-certificates.crt.new`,
    sh`chmod 0644 ca-certificates.crt.new`,
    sh`mv ca-certificates.crt.new ca-certificates.crt`,
    sh`timeout 60 systemctl is-system-running --wait >/dev/null || true`,
  );
}

function trust(name: string, pem: string): Script {
  const file = `/usr/local/share/ca-certificates/${name}.crt`;
  return steps(
    sh`printf %s ${pem} >${file}`,
    sh`ln -sf ${file} ${name}.pem`,
    sh`ln -sf ${name}.pem "$(openssl x509 -noout -hash -in ${file}).0"`,
  );
}
