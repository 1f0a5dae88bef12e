/** A role's documentation page, made from its variables' schema: what `gatdeploy roles NAME` prints and docs/roles holds. */
import { z } from 'zod';
import type { Role, RoleVar } from './role.ts';

/** Renders the page as Markdown. */
export function renderRolePage(role: Role): string {
  const names = role.aliases.filter((alias) => alias !== role.name);
  const rows = Object.entries(role.vars).map(([name, variable]) => row(name, variable));
  return `# Role ${role.name}

${role.doc}

In playbooks: ${[role.name, ...names].map((name) => `\`${name}\``).join(', ')}.

| variable | type | default | meaning |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** Renders the list of all roles, a line each. */
export function renderRoleList(roles: readonly Role[]): string {
  const width = Math.max(...roles.map((role) => role.name.length));
  return roles.map((role) => `${role.name.padEnd(width)}  ${role.doc}\n`).join('');
}

function row(name: string, variable: RoleVar<unknown>): string {
  const fallback = variable.default === undefined ? '' : `\`${cell(JSON.stringify(variable.default))}\``;
  return `| \`${name}\` | ${cell(typeOf(variable))} | ${fallback} | ${cell(variable.doc)} |`;
}

/** A cell must not hold a bar or a line break. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}

type Schema = {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
};

function typeOf(variable: RoleVar<unknown>): string {
  const schema: Schema = z.toJSONSchema(variable.type, { io: 'input', unrepresentable: 'any' }) as Schema;
  return describe(schema);
}

/** What a type is called. */
const NAMES: readonly (readonly [string, string])[] = [
  ['boolean', 'yes/no'],
  ['integer', 'whole number'],
  ['string', 'text'],
  ['number', 'number'],
  ['object', 'dict'],
];

/** Names a schema in the words of people who write YAML. */
function describe(schema: Schema): string {
  if (schema.anyOf) return describeAll(schema.anyOf);
  if (schema.enum) return schema.enum.map(String).join(', ');
  if (schema.const !== undefined) return String(schema.const);
  if (schema.type === 'array') return `list of ${schema.items ? describe(schema.items) : 'any'}`;
  if (schema.properties) return `dict of ${Object.keys(schema.properties).join(', ')}`;
  const types = [schema.type ?? []].flat();
  return NAMES.find(([type]) => types.includes(type))?.[1] ?? 'any';
}

const SCALARS = new Set(NAMES.slice(0, -1).map(([, name]) => name));

/** The first scalar names them all, as roles take `'5672'` for 5672 and the like; a list of one may be left out. */
function describeAll(schemas: readonly Schema[]): string {
  const all = [...new Set(schemas.map(describe))].filter((one) => one !== 'any');
  const [first, second] = all;
  if (second !== undefined && first === `list of ${second}`) return `${first} (or just one)`;
  const scalar = all.find((one) => SCALARS.has(one));
  return all.filter((one) => !SCALARS.has(one) || one === scalar).join(' or ') || 'any';
}
