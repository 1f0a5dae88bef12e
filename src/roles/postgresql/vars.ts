/** The variables of galaxyproject.postgresql, under the names and with the defaults that its users know. */
import { z } from 'zod';
import type { RoleValues } from '../role.ts';
import { bool, int, listOf, text, word } from '../types.ts';

const option = z.union([text, z.boolean(), z.number()]);
const options = z.record(z.string(), option);

export const vars = {
  postgresql_version: {
    type: word.optional(),
    doc: "Major version; default the distribution's. Another one needs `postgresql_flavor: pgdg`.",
  },
  postgresql_flavor: {
    type: z.enum(['pgdg', 'distribution']).optional(),
    doc: "`pgdg` takes the server from PostgreSQL's own package source (`postgresql_apt_repository`).",
  },
  postgresql_apt_repository: {
    type: word.optional(),
    doc: 'Lines of sources.list for `postgresql_flavor: pgdg`. Not known to Ansible.',
  },
  postgresql_apt_key: {
    type: text.optional(),
    doc: 'The armoured public key that signs that source. Not known to Ansible.',
  },
  postgresql_conf: {
    type: z.union([options, z.array(options)]).optional(),
    doc: "The server's options, a dict or a list of one-key dicts, written to conf.d as they are: texts need SQL's own quotes, `\"'*'\"`. The file is left alone without it.",
  },
  postgresql_pg_hba_conf: {
    type: listOf(word).optional(),
    doc: 'Lines that follow the standard ones in pg_hba.conf.',
  },
  postgresql_pg_hba_local_postgres_user: {
    type: bool,
    default: true,
    doc: 'The standard line that lets user postgres of the operating system in.',
  },
  postgresql_pg_hba_local_socket: {
    type: bool,
    default: true,
    doc: 'The standard line that lets each user of the operating system in as the role of the same name.',
  },
  postgresql_pg_hba_local_ipv4: {
    type: bool,
    default: true,
    doc: 'The standard line for 127.0.0.1, with a password.',
  },
  postgresql_pg_hba_local_ipv6: {
    type: bool,
    default: true,
    doc: 'The standard line for ::1, with a password.',
  },
  postgresql_default_auth_method: {
    type: word,
    default: 'scram-sha-256',
    doc: 'How passwords are asked for in the two standard lines of the network.',
  },
  postgresql_user_name: {
    type: word,
    default: 'postgres',
    doc: "The server's user in the operating system, who is also its superuser.",
  },
  postgresql_conf_dir: {
    type: word.optional(),
    doc: 'Where its configuration is; default /etc/postgresql/VERSION/main.',
  },
  postgresql_pgdata: {
    type: word.optional(),
    doc: 'Where its data are; the package decides, so only its default is accepted.',
  },
  postgresql_backup_dir: {
    type: word.optional(),
    doc: 'Directory of the host for backups: each WAL file in `wal` as it is finished, and a base backup every night at one in `base`. No backups without it.',
  },
  postgresql_backup_local_dir: {
    type: word.optional(),
    doc: 'Has no effect: backups go straight to `postgresql_backup_dir`.',
  },
  postgresql_backup_rotate: {
    type: bool,
    default: true,
    doc: 'Remove old base backups, and WAL files that only they need.',
  },
  postgresql_backup_keep: { type: int, default: 30, doc: 'How many base backups are kept.' },
  postgresql_install_psycopg2: {
    type: bool,
    default: false,
    doc: 'Install python3-psycopg2 for other programs; gatdeploy itself needs no Python on the host. Default in Ansible: true.',
  },
  postgresql_port: {
    type: int.optional(),
    doc: 'Read from `postgresql_conf` where it is not given. Not known to Ansible.',
  },
} as const;

export type PostgresqlValues = RoleValues<typeof vars>;
