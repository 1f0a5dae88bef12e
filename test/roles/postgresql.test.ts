import { describe, expect, test } from 'vitest';
import { postgresql } from '../../src/roles/postgresql/index.ts';
import { postgresqlObjects } from '../../src/roles/postgresql-objects/index.ts';
import { contentOf, declareRole, idsOf } from '../support/role.ts';

describe('backups of PostgreSQL', () => {
  const { resources, checks } = declareRole(postgresql, { postgresql_backup_dir: '/data/backups' });

  test('are archived WAL files and a base backup every night', () =>
    expect(idsOf(resources).filter((id) => /backup/.test(id))).toEqual([
      'directory[/data/backups]',
      'directory[/data/backups/wal]',
      'directory[/data/backups/base]',
      'file[/etc/postgresql/15/main/conf.d/20gatdeploy_backup.conf]',
      'file[/usr/local/sbin/gatdeploy-postgresql-backup]',
      'file[/etc/systemd/system/gatdeploy-postgresql-backup.service]',
      'file[/etc/systemd/system/gatdeploy-postgresql-backup.timer]',
      'service[gatdeploy-postgresql-backup.timer]',
      'file[/etc/cron.d/ansible_postgresql_backup]',
      'file[/etc/postgresql/15/main/conf.d/20ansible_backup.conf]',
    ]));

  test("take the place of Ansible's, whose cron entry and settings go", () => {
    const gone = resources.filter(({ props }) => (props as { absent?: boolean }).absent);
    expect(gone.map(({ name }) => name)).toEqual([
      '/etc/cron.d/ansible_postgresql_backup',
      '/etc/postgresql/15/main/conf.d/20ansible_backup.conf',
    ]);
  });

  test('may be read from the server by its own user', () =>
    expect(contentOf(resources, '/etc/postgresql/15/main/pg_hba.conf')).toContain(
      'local replication postgres peer',
    ));

  test('are kept for as long as the admin says, or for ever', () => {
    const script = (more: object) =>
      contentOf(
        declareRole(postgresql, { postgresql_backup_dir: '/b', ...more }).resources,
        '/usr/local/sbin/gatdeploy-postgresql-backup',
      );
    expect(script({ postgresql_backup_keep: 7 })).toContain('tail -n +8');
    expect(script({ postgresql_backup_rotate: false })).not.toContain('rm -rf -- "$old"');
  });

  test.each([
    ['archived 12\nsuccess\n', true],
    ['failed 000000010000000000000003\nsuccess\n', false],
    ['archived 12\nexit-code\n', false],
  ])('are good when all of it is: %j', (stdout, ok) => {
    const check = checks.find(({ id }) => id === 'postgresql/backup');
    expect(check?.judge({ code: 0, stdout, stderr: '' }).ok).toBe(ok);
  });
});

describe('PostgreSQL', () => {
  const { resources } = declareRole(postgresql, {
    postgresql_conf: [{ max_connections: 250 }, { listen_addresses: "'*'" }, { fsync: true }],
    postgresql_pg_hba_conf: ['host all all 192.0.2.0/24 scram-sha-256'],
    postgresql_pg_hba_local_ipv6: false,
  });

  test("is the distribution's version", () =>
    expect(idsOf(resources)).toEqual([
      'package[postgresql-15] provides user:postgres@gat-1.example.org',
      'file[/etc/postgresql/15/main/pg_hba.conf]',
      'directory[/etc/postgresql/15/main/conf.d]',
      'edit[/etc/postgresql/15/main/postgresql.conf: include_dir]',
      'file[/etc/postgresql/15/main/conf.d/25ansible_postgresql.conf]',
      'service[postgresql.service]',
      'service[postgresql@15-main.service]',
      'postgresql_restart[postgresql@15-main.service] provides postgresql@gat-1.example.org',
    ]));

  test('writes options in the order of the list, texts as they are', () =>
    expect(contentOf(resources, '/etc/postgresql/15/main/conf.d/25ansible_postgresql.conf')).toBe(
      "# Written by gatdeploy; changes made here are undone by the next apply.\nmax_connections = 250\nlisten_addresses = '*'\nfsync = on\n",
    ));

  test('writes the whole of pg_hba.conf', () =>
    expect(contentOf(resources, '/etc/postgresql/15/main/pg_hba.conf').split('\n').slice(1)).toEqual([
      'local all postgres peer',
      'local all all peer',
      'host all all 127.0.0.1/32 scram-sha-256',
      'host all all 192.0.2.0/24 scram-sha-256',
      '',
    ]));

  test.each([
    ['backups to another host', { postgresql_backup_dir: 'me@elsewhere:/backup' }, '`postgresql_backup_dir`'],
    ['another version than the distribution has', { postgresql_version: '17' }, '`postgresql_version`'],
    ['a foreign flavour without a source', { postgresql_flavor: 'pgdg' }, '`postgresql_apt_repository`'],
  ])('refuses %s', (_title, variables, message) =>
    expect(() => declareRole(postgresql, variables)).toThrow(message),
  );
});

describe('its objects', () => {
  test('are made in order: revocations, removals, roles, databases, grants', () =>
    expect(
      idsOf(
        declareRole(postgresqlObjects, {
          postgresql_objects_users: [{ name: 'galaxy', role_attr_flags: 'CREATEDB,NOSUPERUSER' }],
          postgresql_objects_groups: [{ name: 'readers', users: ['galaxy', { name: 'old', state: 'absent' }] }],
          postgresql_objects_databases: [
            { name: 'galaxy', owner: 'galaxy' },
            { name: 'gone', state: 'absent' },
          ],
          postgresql_objects_privileges: [
            { database: 'galaxy', roles: 'readers', type: 'database', privs: 'CONNECT' },
            { database: 'galaxy', roles: 'PUBLIC', type: 'database', privs: 'TEMP', state: 'absent' },
          ],
        }).resources,
      ).map((id) => id.replace(' requires postgresql@gat-1.example.org', '')),
    ).toEqual([
      'postgresql[TEMP on database galaxy in galaxy for PUBLIC]',
      'postgresql[database gone]',
      'postgresql[role galaxy]',
      'postgresql[role readers]',
      'postgresql[galaxy in readers]',
      'postgresql[old in readers]',
      'postgresql[database galaxy] provides database:galaxy@gat-1.example.org',
      'postgresql[CONNECT on database galaxy in galaxy for readers]',
    ]));

  test('have no unknown attributes', () =>
    expect(() =>
      declareRole(postgresqlObjects, { postgresql_objects_users: [{ name: 'g', role_attr_flags: 'CREATDB' }] }),
    ).toThrow('`postgresql_objects_users`'));
});
