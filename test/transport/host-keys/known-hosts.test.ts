import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fingerprint,
  isAbout,
  judgeHostKey,
  type KnownHost,
  knownHostName,
  knownKeyTypes,
  parseKnownHosts,
  renderKnownHost,
} from '../../../src/transport/host-keys/known-hosts.ts';

// Made with ssh-keygen; the fingerprint and the hashed name as ssh-keygen -lf and -H show them.
const ED25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIG0mAdCwbA9H1Q4Gq6bS3GCw5+v6BFrMdzM4bG0xmJtP';
const OTHER = 'AAAAC3NzaC1lZDI1NTE5AAAAICyXQtSVtjZ3M8BmJCPqZQ0oM1JgqXgF2cEw3dYQJ2cA';
const ECDSA = `AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB${'B'.repeat(87)}=`;
const key = (base64: string) => Buffer.from(base64, 'base64');
const judge = (text: string, name: string, base64 = ED25519) =>
  judgeHostKey(parseKnownHosts(text, 'known_hosts'), name, key(base64));
const about = (hosts: string, name: string) =>
  isAbout(
    { hosts, file: '', line: 1, marker: undefined, keyType: 'ssh-ed25519', key: ED25519 } satisfies KnownHost,
    name,
  );

describe('an entry is about a host', () => {
  test.each<[string, string, string, boolean]>([
    ['by its name', 'web.example.org', 'web.example.org', true],
    ['in any case', 'Web.Example.ORG', 'web.example.org', true],
    ['by one of several names', 'web,web.example.org,10.0.0.1', '10.0.0.1', true],
    ['by a wildcard', '*.example.org', 'web.example.org', true],
    ['by a question mark', 'web-?', 'web-1', true],
    ['not by a part of its name', 'web', 'web.example.org', false],
    ['not if it is negated', '*.example.org,!bad.example.org', 'bad.example.org', false],
    ['not by a negation alone', '!bad.example.org', 'web.example.org', false],
    ['by its port', '[web]:2222', '[web]:2222', true],
    ['not on another port', 'web', '[web]:2222', false],
    ['by a wildcard with a port', '[*.example.org]:2222', '[web.example.org]:2222', true],
    ['not by a dot that is taken for any character', 'web.example', 'webxexample', false],
  ])('%s', (_title, hosts, name, expected) => expect(about(hosts, name)).toBe(expected));

  test('by its hashed name', () => {
    const [entry] = parseKnownHosts(renderKnownHost('web', key(ED25519), { salt: Buffer.alloc(20, 7) }), 'f');
    expect(entry?.hosts).toMatch(/^\|1\|/);
    expect(entry && [isAbout(entry, 'web'), isAbout(entry, 'web2')]).toEqual([true, false]);
  });

  test('without taking exponential time over a hostile pattern', () => {
    expect(about(`${'*a'.repeat(60)}*b`, 'a'.repeat(200))).toBe(false);
  });
});

describe('the key that a host shows', () => {
  const line = `web ssh-ed25519 ${ED25519}`;
  test.each<[string, string, string, string]>([
    ['is known when it is the one', line, ED25519, 'known'],
    ['is known when it is one of several', `web ssh-ed25519 ${OTHER}\n${line}`, ED25519, 'known'],
    ['has changed when another one is known', line, OTHER, 'changed'],
    ['is not known when only another host has it', `db ssh-ed25519 ${ED25519}`, ED25519, 'unknown'],
    ['is not known when nothing is', '', ED25519, 'unknown'],
    ['is revoked wherever else it stands', `${line}\n@revoked * ssh-ed25519 ${ED25519}`, ED25519, 'revoked'],
    ['is not revoked when another key is', `${line}\n@revoked * ssh-ed25519 ${OTHER}`, ED25519, 'known'],
    ['is not vouched for by an authority', `@cert-authority web ssh-ed25519 ${OTHER}`, ED25519, 'authority'],
    [
      'is known by a comment-free line with spaces and CRLF',
      `  web   ssh-ed25519\t${ED25519} note\r`,
      ED25519,
      'known',
    ],
    ['is not known by a comment', `# ${line}`, ED25519, 'unknown'],
    ['is not known by a line with an unknown marker', `@trusted ${line}`, ED25519, 'unknown'],
    ['is not known by a line whose type is not its key', `web ssh-rsa ${ED25519}`, ED25519, 'unknown'],
  ])('%s', (_title, text, shown, verdict) => expect(judge(text, 'web', shown).verdict).toBe(verdict));

  test('is of another type than the known one, which is told apart from a change', () => {
    expect(judge(`web ecdsa-sha2-nistp256 ${ECDSA}`, 'web')).toMatchObject({
      verdict: 'changed',
      sameType: false,
    });
  });

  test('makes the host be asked for the known types first', () => {
    const entries = parseKnownHosts(`web ecdsa-sha2-nistp256 ${ECDSA}\n@revoked web ssh-ed25519 ${ED25519}`, 'f');
    expect(knownKeyTypes(entries, 'web')).toEqual(['ecdsa-sha2-nistp256']);
  });
});

test('a fingerprint has the form that ssh-keygen prints', () => {
  expect(fingerprint(key(ED25519))).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
});

test.each([
  ['galaxy.example.org', 22, 'galaxy.example.org'],
  ['Galaxy.Example.Org', 2222, '[galaxy.example.org]:2222'],
  ['::1', 22, '::1'],
  ['::1', 2222, '[::1]:2222'],
])('%s port %i stands in known_hosts as %s', (host, port, name) => expect(knownHostName(host, port)).toBe(name));

test('no text makes the parser fail, and what it gives never trusts a key that is not in it', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 8 }), (lines) => {
      expect(judge(lines.join('\n'), 'web').verdict).not.toBe('known');
    }),
  );
});
