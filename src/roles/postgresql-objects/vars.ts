/** The variables of galaxyproject.postgresql_objects, under the names and with the defaults that its users know. */
import { z } from 'zod';
import type { RoleValues } from '../role.ts';
import { bool, int, listOf, text, word } from '../types.ts';

const state = z.enum(['present', 'absent']).default('present');

const user = z.strictObject({
  name: word,
  password: text.optional(),
  /** Comma-separated words of CREATE ROLE: `CREATEDB,NOSUPERUSER`. */
  role_attr_flags: word.default(''),
  /** Accepted: passwords are always sent as verifiers. */
  encrypted: bool.optional(),
  db: word.optional(),
  state,
});

const group = z.strictObject({
  name: word,
  role_attr_flags: word.default(''),
  users: listOf(
    z.union([word.transform((name) => ({ name, state: 'present' })), z.strictObject({ name: word, state })]),
  ).default([]),
  state,
});

const database = z.strictObject({
  name: word,
  owner: word.optional(),
  template: word.optional(),
  encoding: word.optional(),
  lc_collate: word.optional(),
  lc_ctype: word.optional(),
  state,
});

/** `a,b` or a list. */
const words = z.union([z.array(word), word.transform((all) => all.split(',').map((one) => one.trim()))]);

const privilege = z.strictObject({
  database: word,
  roles: words,
  type: word.default('table'),
  objs: words.optional(),
  privs: words.default(['ALL']),
  schema: word.default('public'),
  grant_option: bool.default(false),
  state,
});

export const vars = {
  postgresql_objects_users: {
    type: z.array(user),
    default: [],
    doc: 'Roles that may log in: `{name, password, role_attr_flags, state}`. A password is compared with what the server keeps and set only when it differs; without one, login is for the socket (peer) only.',
  },
  postgresql_objects_groups: {
    type: z.array(group),
    default: [],
    doc: 'Groups and their members: `{name, users: [{name, state}], state}`.',
  },
  postgresql_objects_databases: {
    type: z.array(database),
    default: [],
    doc: 'Databases: `{name, owner, template, encoding, lc_collate, lc_ctype, state}`. Encoding and collation of an existing one cannot be changed.',
  },
  postgresql_objects_privileges: {
    type: z.array(privilege),
    default: [],
    doc: 'Privileges: `{database, roles, type, objs, privs, schema, grant_option, state}`; types: database, schema, table, sequence.',
  },
  postgresql_objects_ignore_revoke_failure: {
    type: bool,
    default: true,
    doc: 'Accepted for old repositories: a revocation from what is not there is nothing to do.',
  },
  postgresql_objects_login_host: {
    type: word.optional(),
    doc: "Only the host's own server is supported, through its socket.",
  },
  postgresql_objects_login_user: { type: word.optional(), doc: 'Only through the socket; default postgres.' },
  postgresql_objects_login_password: { type: text.optional(), doc: 'Only through the socket.' },
  postgresql_objects_port: { type: int.optional(), doc: "The server's port." },
} as const;

export type ObjectsValues = RoleValues<typeof vars>;
