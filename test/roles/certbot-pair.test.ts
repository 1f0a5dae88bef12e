import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPairProblem } from '../../src/roles/certbot/pair-check.ts';

const SCRIPT = `set -e
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }
key ca.key; openssl req -x509 -new -key ca.key -subj /CN=ca -days 30 -out ca.pem
key other.key; openssl req -x509 -new -key other.key -subj /CN=other -days 30 -out other.pem
key good.key; openssl req -new -key good.key -subj /CN=a.example.org -addext subjectAltName=DNS:a.example.org,DNS:*.b.example.org -out good.csr
openssl x509 -req -in good.csr -CA ca.pem -CAkey ca.key -CAcreateserial -copy_extensions copy -days 30 -out good.pem
openssl pkey -in good.key -aes256 -passout pass:x -out locked.key`;

describe("a pair of the project's", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatdeploy-pair-'));
  const read = (...names: string[]) =>
    names
      .map((name) => (name === 'garbage' ? 'garbage\n' : readFileSync(path.join(folder, name), 'utf8')))
      .join('');
  beforeAll(() => {
    execFileSync('bash', ['-c', SCRIPT], { cwd: folder, stdio: 'ignore' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    [
      'is taken',
      ['good.pem', 'ca.pem'],
      'good.key',
      ['a.example.org', 'x.b.example.org', '*.b.example.org'],
      undefined,
    ],
    ['is taken without a chain', ['good.pem'], 'good.key', [], undefined],
    ['needs a key', ['good.pem'], 'garbage', [], 'holds no private key that can be read without a password'],
    ['needs a key without a password', ['good.pem'], 'locked.key', [], 'holds no private key that can be read'],
    ['needs its own key', ['good.pem'], 'other.key', [], 'is the key of another certificate'],
    ['needs its chain the right way round', ['ca.pem', 'good.pem'], 'good.key', [], 'chain in the wrong order'],
    [
      'needs its own chain',
      ['good.pem', 'other.pem'],
      'good.key',
      [],
      'the second certificate did not issue the first',
    ],
    ['needs a certificate', ['garbage'], 'good.key', [], 'holds something that is no certificate'],
    [
      'needs all names',
      ['good.pem'],
      'good.key',
      ['c.example.org'],
      'is not for c.example.org, but for a.example.org, *.b.example.org',
    ],
  ])('%s', (_title, chain, key, domains, what) => {
    const problem = findPairProblem({ chain: read(...chain), key: read(key), domains });
    expect(problem?.what ?? 'fine').toContain(what ?? 'fine');
    expect(JSON.stringify(problem ?? {})).not.toContain('PRIVATE');
  });
});
