/** What can be declared of a PostgreSQL server: roles, memberships, databases, privileges. */
import type { Text } from '../../base/secret.ts';
import type { CommonProps } from '../kind.ts';
import type { Privilege } from './privilege.ts';
import type { Server } from './psql.ts';

/** A role that may log in or that others are members of. */
export type RoleObject = {
  readonly is: 'role';
  readonly role: string;
  readonly password?: Text | undefined;
  /** By the words of CREATE ROLE: `{ LOGIN: true, CREATEDB: false }`; others are left alone. */
  readonly attributes?: Readonly<Record<string, boolean>>;
};

export type MembershipObject = { readonly is: 'member'; readonly role: string; readonly member: string };

export type DatabaseObject = {
  readonly is: 'database';
  readonly database: string;
  readonly owner?: string | undefined;
  /** These count when the database is made; an existing one keeps what it has, and a difference is an error. */
  readonly template?: string | undefined;
  readonly encoding?: string | undefined;
  readonly collate?: string | undefined;
  readonly ctype?: string | undefined;
};

export type PrivilegeObject = { readonly is: 'privilege' } & Privilege;

export type PostgresqlProps = CommonProps & {
  readonly object: RoleObject | MembershipObject | DatabaseObject | PrivilegeObject;
  readonly server?: Server;
};
