import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/base/secret.ts';
import type { Change } from '../../src/resources/kind.ts';
import { postgresql } from '../../src/resources/postgresql/object.ts';
import { matchesStored, toStored } from '../../src/resources/postgresql/password.ts';
import type { PostgresqlProps } from '../../src/resources/postgresql/props.ts';

describe('a password as PostgreSQL keeps it', () => {
  test('fits the old form, which is the digest of password and role', () => {
    expect(matchesStored('secret', 'galaxy', 'md5b88a4529af4244e8b3c3dab7ace662d0')).toBe(true);
    expect(matchesStored('secret', 'other', 'md5b88a4529af4244e8b3c3dab7ace662d0')).toBe(false);
  });

  test('fits what was made from it, and nothing else does', () => {
    const made = toStored('plain');
    expect(String(made)).toBe('***');
    const text = made.reveal();
    expect(text).toMatch(/^SCRAM-SHA-256\$4096:[^$]+\$[^:]+:/);
    expect(matchesStored('plain', 'galaxy', text)).toBe(true);
    expect(matchesStored('other', 'galaxy', text)).toBe(false);
  });

  // RFC 7677, section 3: user `user`, password `pencil`.
  test('fits the verifier of the RFC', () =>
    expect(
      matchesStored(
        'pencil',
        'user',
        'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
      ),
    ).toBe(true));
});

function statements(name: string, props: PostgresqlProps, change: Partial<Change<PostgresqlProps>> = {}): string {
  const resource = postgresql(name, props);
  const after = props.absent ? undefined : {};
  const whole = { name, props, keys: new Set<string>(), before: undefined, after, ...change };
  return resource.kind.apply([whole as Change<PostgresqlProps>]).redacted;
}

describe('statements', () => {
  test.each<[string, PostgresqlProps, Partial<Change<PostgresqlProps>>, string]>([
    [
      'make a role with a password that nobody sees',
      {
        object: {
          is: 'role',
          role: 'galaxy',
          password: new Secret('pw'),
          attributes: { LOGIN: true, SUPERUSER: false },
        },
      },
      {},
      'CREATE ROLE "galaxy" LOGIN NOSUPERUSER PASSWORD',
    ],
    [
      'change only what differs',
      {
        object: {
          is: 'role',
          role: 'galaxy',
          password: new Secret('pw'),
          attributes: { LOGIN: true, CREATEDB: true },
        },
      },
      { before: { LOGIN: true }, keys: new Set(['CREATEDB']) },
      'ALTER ROLE "galaxy" CREATEDB;',
    ],
    [
      'make a database of another encoding from template0',
      { object: { is: 'database', database: 'galaxy', owner: 'galaxy', encoding: 'UTF8' } },
      {},
      'CREATE DATABASE "galaxy" OWNER "galaxy" TEMPLATE "template0" ENCODING',
    ],
    [
      'remove a database',
      { object: { is: 'database', database: 'old' }, absent: true },
      { before: {} },
      'DROP DATABASE "old";',
    ],
    [
      'take a member out of a group',
      { object: { is: 'member', role: 'readers', member: 'old"name' }, absent: true },
      { before: {} },
      'REVOKE "readers" FROM "old""name";',
    ],
  ])('%s', (_title, props, change, expected) => expect(statements('x', props, change)).toContain(expected));
});
