/** What a role is: documented variables in, resources and checks out. A role decides and declares; it does nothing. */
import type { z } from 'zod';
import type { Facts } from '../base/facts.ts';
import type { Position } from '../base/position.ts';
import type { Text } from '../base/secret.ts';
import type { Resource } from '../resources/index.ts';
import type { Check } from '../verify/check.ts';
import type { Examination } from '../verify/doctor/examination.ts';
import type { Proof } from '../verify/proof.ts';
import type { Advice } from './advice.ts';

/** One variable of a role, under the name that Ansible users know. */
export type RoleVar<T> = {
  /** Accepts the plain value; texts that may hold a secret are `text` of `./types.ts`. */
  readonly type: z.ZodType<T>;
  /** As in a role's defaults/main.yml: plain data, whose texts may be templates over other variables. */
  readonly default?: unknown;
  /** One or two sentences for the role's documentation page. */
  readonly doc: string;
  /** Hand the role the typed `Value` (int and float apart, order kept) instead of plain JavaScript. */
  readonly raw?: boolean;
};

export type RoleVars = { readonly [name: string]: RoleVar<unknown> };

/** The values that a role gets: each variable's parsed type. */
export type RoleValues<V extends RoleVars> = { readonly [K in keyof V]: z.infer<V[K]['type']> };

/** The host that a role is declared for, and what the role may ask of the project. */
export type HostContext = {
  /** inventory_hostname */
  readonly name: string;
  readonly facts: Facts;
  /** The user that the playbook runs this role as (`become_user` beside `role:`), where it names one. */
  readonly becomeUser?: string | undefined;
  /** Renders a template of the project (`templates/nginx/galaxy.j2`) with this host's variables, as Ansible's template module would. */
  renderTemplate(path: string): Text;
  /** Reads a file of the project (`files/galaxy/…`). */
  readFile(path: string): Text;
  /** Reads a file of the project that need not be text, as a resource takes it. */
  readContent(path: string): { readonly content: Text; readonly encoding?: 'base64' };
  /** Inventory names of a group's hosts, in order. */
  hostsOf(group: string): readonly string[];
  /** The inventory name of the host which others know by this name or address, if it is one of ours. */
  hostByAddress(address: string): string | undefined;
  /** Where the winning definition of a variable stands, if the project defines it. */
  positionOf(variable: string): Position | undefined;
};

export type RoleSpec<V extends RoleVars> = {
  readonly name: string;
  /** Names that playbooks use: `galaxyproject.pulsar`, … */
  readonly aliases: readonly string[];
  /** What it deploys, in one sentence. */
  readonly doc: string;
  readonly vars: V;
  /** Pure and synchronous: the same values give the same resources. @throws GatError for values that can't work */
  declare(values: RoleValues<V>, host: HostContext): readonly Resource[];
  /** What must hold afterwards. */
  verify?(values: RoleValues<V>, host: HostContext): readonly Check[];
  /** Work that is given to the system to see it done; only where a command asks for it. */
  prove?(values: RoleValues<V>, host: HostContext): readonly Proof[];
  /** What shows the cause when it doesn't hold; only where a command asks for it. */
  examine?(values: RoleValues<V>, host: HostContext): readonly Examination[];
  /** What works, but not as its author thinks; shown as warnings. */
  advise?(values: RoleValues<V>, host: HostContext): readonly Advice[];
};

/** A role with its variables' types hidden, as the rest of the program uses it. */
export type Role = {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly doc: string;
  readonly vars: RoleVars;
  declare(values: RoleValues<RoleVars>, host: HostContext): readonly Resource[];
  verify(values: RoleValues<RoleVars>, host: HostContext): readonly Check[];
  prove(values: RoleValues<RoleVars>, host: HostContext): readonly Proof[];
  examine(values: RoleValues<RoleVars>, host: HostContext): readonly Examination[];
  advise(values: RoleValues<RoleVars>, host: HostContext): readonly Advice[];
};

/** Defines a role. Its values have been parsed by its own `vars` when `declare` gets them. */
export function defineRole<V extends RoleVars>(spec: RoleSpec<V>): Role {
  return {
    name: spec.name,
    aliases: spec.aliases,
    doc: spec.doc,
    vars: spec.vars,
    declare: (values, host) => spec.declare(values as RoleValues<V>, host),
    verify: (values, host) => spec.verify?.(values as RoleValues<V>, host) ?? [],
    prove: (values, host) => spec.prove?.(values as RoleValues<V>, host) ?? [],
    examine: (values, host) => spec.examine?.(values as RoleValues<V>, host) ?? [],
    advise: (values, host) => spec.advise?.(values as RoleValues<V>, host) ?? [],
  };
}
