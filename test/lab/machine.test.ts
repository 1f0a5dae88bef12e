import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { extraCas, parseMirrors, requireMachine, resolvConf } from '../../src/lab/machine.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lab-machine-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test.each([
  [
    'takes security updates from beside the main mirror when no source names them',
    ['deb http://mirror.example/debian bookworm main'],
    { main: 'http://mirror.example/debian', security: 'http://mirror.example/debian-security' },
  ],
  [
    'reads one-line sources with options',
    [
      'deb [arch=amd64 trusted=yes] http://mirror.example/debian/ bookworm main\ndeb https://sec.example/s bookworm-security main',
    ],
    { main: 'http://mirror.example/debian', security: 'https://sec.example/s' },
  ],
  [
    'reads deb822 stanzas',
    [
      'Types: deb deb-src\nURIs: http://a.example/debian\nSuites: trixie trixie-updates\nComponents: main\n\n' +
        'Types: deb\nURIs: http://a.example/security/\nSuites: trixie-security\nComponents: main\n',
    ],
    { main: 'http://a.example/debian', security: 'http://a.example/security' },
  ],
])('mirrors: %s', (_title, texts, mirrors) => expect(parseMirrors(texts)).toEqual(mirrors));

test.each([
  ['nothing', ''],
  ['a disabled stanza', 'Types: deb\nEnabled: no\nURIs: http://off.example/\nSuites: bookworm\n'],
  [
    'source packages and comments',
    'deb-src http://src.example/ bookworm main\n# deb http://c.example/ bookworm main\n',
  ],
  ['another vendor’s suite', 'deb https://packages.example/node nodistro main'],
  ['a mirror that is no web address', 'deb file:/srv/mirror bookworm main'],
])('no mirror is an error that says what to add: %s', (_title, text) =>
  expect(() => parseMirrors([text])).toThrow(expect.objectContaining({ code: 'lab/no-mirror' })),
);

describe('resolv.conf', () => {
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };

  test('is taken as it is when its nameservers can be reached from elsewhere', () => {
    const own = file('own', 'search example.org\nnameserver 192.0.2.53\n');
    expect(resolvConf([own])).toBe('search example.org\nnameserver 192.0.2.53\n');
  });

  test('loses the nameservers on loopback', () => {
    const own = file('own', 'nameserver 127.0.0.1\nnameserver 192.0.2.53\n');
    expect(resolvConf([own])).toBe('nameserver 192.0.2.53\n');
  });

  test('comes from the next file when all nameservers are on loopback', () => {
    const stub = file('stub', 'nameserver 127.0.0.53\n');
    const real = file('real', 'nameserver 192.0.2.1\n');
    expect(resolvConf([stub, join(dir, 'missing'), real])).toBe('nameserver 192.0.2.1\n');
  });

  test('is an error when nobody names a reachable one', () => {
    const stub = file('stub', 'nameserver ::1\n');
    expect(() => resolvConf([stub])).toThrow(expect.objectContaining({ code: 'lab/no-resolver' }));
  });
});

test('extra CAs are found in folders too, and only certificates count', () => {
  mkdirSync(join(dir, 'company'));
  writeFileSync(join(dir, 'b.crt'), 'B');
  writeFileSync(join(dir, 'company', 'a.crt'), 'A');
  writeFileSync(join(dir, 'README'), '');
  expect(extraCas(dir)).toEqual([
    { name: 'b.crt', pem: 'B' },
    { name: 'company-a.crt', pem: 'A' },
  ]);
  expect(extraCas(join(dir, 'missing'))).toEqual([]);
});

test.each([
  ['another system', { platform: 'darwin', uid: 0, path: '' }, 'lab/not-linux', /virtual machine/],
  ['an ordinary user', { platform: 'linux', uid: 1000, path: '' }, 'lab/not-root', /sudo gatdeploy lab up/],
  [
    'a machine without the tools',
    { platform: 'linux', uid: 0, path: '/nowhere' },
    'lab/missing-tools',
    /apt-get install .*mmdebstrap/,
  ],
])('a lab is refused on %s, with what to do instead', (_title, facts, code, fix) => {
  expect(() => requireMachine(facts)).toThrow(expect.objectContaining({ code, fix: expect.stringMatching(fix) }));
});
