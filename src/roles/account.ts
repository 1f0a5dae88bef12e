/** Users and groups as Galaxy's roles take them: a name, or a dict with more. */
import { z } from 'zod';
import type { Facts } from '../base/facts.ts';
import { group, type Resource, user } from '../resources/index.ts';
import { bool, int, word } from './types.ts';

/** A user as a variable gives it: `pulsar` or `{name: pulsar, shell: /bin/bash}`. */
export type Account = {
  readonly name: string;
  readonly uid?: number | undefined;
  readonly comment?: string | undefined;
  readonly create_home?: boolean | undefined;
  readonly home?: string | undefined;
  readonly shell?: string | undefined;
  readonly system?: boolean | undefined;
};

/** A group as a variable gives it: `galaxy` or `{name: galaxy, gid: 999}`. */
export type GroupAccount = {
  readonly name: string;
  readonly gid?: number | undefined;
  readonly system?: boolean | undefined;
};

/** `local` (luseradd instead of useradd) makes no difference here: accounts are always made in the host's own files. */
const local = bool.optional();

const userParts = {
  name: word,
  uid: int.optional(),
  comment: word.optional(),
  create_home: bool.optional(),
  home: word.optional(),
  shell: word.optional(),
  system: bool.optional(),
  local,
};

const groupParts = { name: word, gid: int.optional(), system: bool.optional(), local };

/** What roles read of a user and of a group; other keys are passed over, as in Ansible, and `lint` tells them. */
export const ACCOUNT_KEYS = { user: Object.keys(userParts), group: Object.keys(groupParts) };

/** The type of a user variable. */
export const account: z.ZodType<Account> = z.union([word.transform((name) => ({ name })), z.object(userParts)]);

/** The type of a group variable. */
export const groupAccount: z.ZodType<GroupAccount> = z.union([
  word.transform((name) => ({ name })),
  z.object(groupParts),
]);

/** Declares a user, and the group that it shares with others if there is one. A system account unless it says otherwise. */
export function declareAccount(
  one: Account,
  options: { readonly group?: GroupAccount | undefined; readonly comment: string },
): readonly Resource[] {
  const shared = options.group;
  const groups = shared === undefined ? [] : [declareGroup(shared)];
  const made = user(one.name, {
    system: one.system ?? true,
    comment: one.comment ?? options.comment,
    createHome: one.create_home ?? true,
    ...(one.uid === undefined ? {} : { uid: one.uid }),
    ...(one.home === undefined ? {} : { home: one.home }),
    ...(one.shell === undefined ? {} : { shell: one.shell }),
    ...(shared === undefined ? {} : { group: shared.name }),
  });
  return [...groups, made];
}

/** Declares a group. */
export function declareGroup(one: GroupAccount): Resource {
  return group(one.name, { system: one.system ?? true, ...(one.gid === undefined ? {} : { gid: one.gid }) });
}

/** The group that files of a user belong to: the shared one, else the primary one of a user who is there, which mostly has the user's name. */
export function groupOf(one: Account, shared: GroupAccount | undefined, facts: Facts): string {
  return shared?.name ?? facts.primaryGroups?.[one.name] ?? one.name;
}
