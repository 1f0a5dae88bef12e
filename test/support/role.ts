/** Evaluates a role's variables and declares its resources as a command would, for a host that does not exist. */
import type { Facts } from '../../src/base/facts.ts';
import { type Node, nodeOf, type Scope } from '../../src/base/node.ts';
import type { Text } from '../../src/base/secret.ts';
import { fileUnreadable } from '../../src/project/errors.ts';
import { createTemplar } from '../../src/render/templar.ts';
import type { Resource } from '../../src/resources/index.ts';
import type { Advice } from '../../src/roles/advice.ts';
import type { HostContext, Role } from '../../src/roles/role.ts';
import { defaultsOf, evaluateVars } from '../../src/roles/values.ts';
import type { Check } from '../../src/verify/check.ts';
import type { Examination } from '../../src/verify/doctor/examination.ts';

const POSITION = { file: 'group_vars/all.yml', line: 1, column: 1 };

export const FACTS: Facts = {
  distribution: 'debian',
  version: '12',
  codename: 'bookworm',
  architecture: 'x86_64',
  debArchitecture: 'amd64',
  hostname: 'gat-1',
  fqdn: 'gat-1.example.org',
  address: '192.0.2.1',
  addresses: ['192.0.2.1'],
  memoryMb: 4096,
  processors: 2,
  kernel: '6.1.0',
  loginUser: 'debian',
};

export type Declaration = {
  readonly resources: readonly Resource[];
  readonly checks: readonly Check[];
  readonly advice: readonly Advice[];
  readonly examinations: readonly Examination[];
};

/** What differs from a host that stands alone. */
export type Surroundings = {
  readonly name?: string;
  readonly facts?: Facts;
  /** `become_user` of the role's entry. */
  readonly becomeUser?: string;
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** Inventory names by the names and addresses that others use. */
  readonly addresses?: Readonly<Record<string, string>>;
  /** Files and rendered templates of the project by path. */
  readonly files?: Readonly<Record<string, Text>>;
  /** Files that the project does not have. */
  readonly missing?: readonly string[];
};

/** Declares a role from plain variables, whose texts may be templates as in group_vars. */
export function declareRole(
  role: Role,
  variables: Readonly<Record<string, unknown>>,
  around: Surroundings = {},
): Declaration {
  const nodes = new Map<string, Node>([
    ...defaultsOf(role),
    ...Object.entries({
      ansible_distribution_release: (around.facts ?? FACTS).codename,
      ansible_os_family: 'Debian',
      ansible_architecture: (around.facts ?? FACTS).architecture,
      inventory_hostname: around.name ?? 'gat-1.example.org',
      ...variables,
    }).map(([name, value]): [string, Node] => [name, nodeOf(value, POSITION)]),
  ]);
  const scope: Scope = { lookup: (name) => nodes.get(name), names: () => nodes.keys() };
  const templar = createTemplar({ scope });
  const host = contextOf(variables, around);
  const source = {
    node: (name: string) => nodes.get(name),
    value: (name: string) => templar.variable(name),
    positionOf: host.positionOf,
  };
  const values = evaluateVars(role, source, host.name);
  return {
    resources: role.declare(values, host),
    checks: role.verify(values, host),
    advice: role.advise(values, host),
    examinations: role.examine(values, host),
  };
}

function contextOf(variables: Readonly<Record<string, unknown>>, around: Surroundings): HostContext {
  const read = (path: string): Text => {
    if (around.missing?.includes(path)) throw fileUnreadable(path, Object.assign(new Error(), { code: 'ENOENT' }));
    return around.files?.[path] ?? `(${path})\n`;
  };
  return {
    name: around.name ?? 'gat-1.example.org',
    facts: around.facts ?? FACTS,
    becomeUser: around.becomeUser,
    renderTemplate: read,
    readFile: read,
    readContent: (path) => ({ content: read(path) }),
    hostsOf: (group) => around.groups?.[group] ?? [],
    hostByAddress: (address) => around.addresses?.[address],
    positionOf: (name) => (name in variables ? POSITION : undefined),
  };
}

/** The ids in order, each with what it requires and provides across roles and hosts. */
export function idsOf(resources: readonly Resource[]): readonly string[] {
  return resources.map(({ id, props }) => {
    const needs = (props.requires ?? []).map((one) => ` requires ${one}`);
    const gives = (props.provides ?? []).map((one) => ` provides ${one}`);
    return [id, ...needs, ...gives].join('');
  });
}

/** What a file would hold, as it may be shown. */
export function contentOf(resources: readonly Resource[], path: string): string {
  const found = resources.find(({ id }) => id === `file[${path}]`);
  return String((found?.props as { content?: Text } | undefined)?.content ?? '(no such file)');
}

/** Owner, group and mode of files and directories, by path. */
export function ownersOf(resources: readonly Resource[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    resources.flatMap((one) => {
      const state = one.kind.desired(one);
      return state !== 'absent' && state.mode !== undefined && state.owner !== undefined
        ? [[one.name, `${state.owner}:${state.group} ${state.mode}`]]
        : [];
    }),
  );
}
