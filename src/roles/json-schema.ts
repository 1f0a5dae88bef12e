/** The variables of all roles as one JSON schema, with which editors check, complete and explain group_vars files. */
import { z } from 'zod';
import type { Role, RoleVar } from './role.ts';

type Schema = { readonly [key: string]: unknown };

/** A value may be a template wherever a plain one is wanted: what comes of it is known later. */
const TEMPLATE: Schema = { type: 'string', pattern: '\\{[{%]' };

/** Makes the schema. Unknown variables are left to the lint, which knows those of the project itself. */
export function variablesSchema(roles: readonly Role[]): Schema {
  const variables = new Map<string, Schema>();
  const definitions = new Map<string, Schema>();
  for (const role of roles)
    for (const [name, variable] of Object.entries(role.vars)) {
      const description = describe(role, variable);
      const known = variables.get(name);
      if (known) variables.set(name, { ...known, description: `${known.description}\n\n${description}` });
      else variables.set(name, { ...typeSchema(name, variable, definitions), description });
    }
  const sorted = [...variables].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    description: 'Variables of the roles that gatdeploy knows.',
    // A file that is encrypted as a whole is one text.
    type: ['object', 'string', 'null'],
    pattern: '^\\$ANSIBLE_VAULT;',
    properties: Object.fromEntries(sorted.map(([name, schema]) => [name, withHover(schema)])),
    definitions: Object.fromEntries(definitions),
  };
}

/** Of alternatives editors show the descriptions of these, not of the whole. */
function withHover(schema: Schema): Schema {
  const { anyOf, description } = schema;
  if (!Array.isArray(anyOf)) return schema;
  const [first, ...others] = anyOf as readonly Schema[];
  return { ...schema, anyOf: [{ ...first, description }, ...others] };
}

function describe(role: Role, { doc, default: fallback }: RoleVar<unknown>): string {
  return `${doc}${fallback === undefined ? '' : ` Default: ${JSON.stringify(fallback)}.`} (role ${role.name})`;
}

/** Types that refer to themselves have definitions, which are told apart by the variable's name. */
function typeSchema(name: string, { type, raw }: RoleVar<unknown>, all: Map<string, Schema>): Schema {
  if (raw) return {};
  const made = JSON.stringify(z.toJSONSchema(type, { io: 'input', unrepresentable: 'any', target: 'draft-7' }));
  const named = made.replaceAll('"#/definitions/', `"#/definitions/${name}.`);
  const { $schema: _schema, definitions, ...schema } = JSON.parse(named) as Schema;
  if (isSchema(definitions))
    for (const [key, one] of Object.entries(definitions)) all.set(`${name}.${key}`, withTemplates(one as Schema));
  return withTemplates(schema);
}

/** The schema with templates allowed for each part of it. */
function withTemplates(schema: Schema): Schema {
  const { anyOf, properties, items, additionalProperties } = schema;
  if (Array.isArray(anyOf)) {
    const parts = (anyOf as readonly Schema[]).filter((one) => Object.keys(one).length > 0);
    return parts.length === 0 ? {} : { anyOf: [...parts.flatMap(partsOf), TEMPLATE] };
  }
  if (Object.keys(schema).length === 0) return {};
  const inner = {
    ...schema,
    ...(isSchema(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, one]) => [key, withTemplates(one as Schema)]),
      ),
    }),
    ...(isSchema(items) && { items: withTemplates(items) }),
    ...(isSchema(additionalProperties) && { additionalProperties: withTemplates(additionalProperties) }),
  };
  return schema.type === 'string' && schema.pattern === undefined ? inner : { anyOf: [inner, TEMPLATE] };
}

/** The alternatives of a part, without those for templates. */
function partsOf(part: Schema): readonly Schema[] {
  const { anyOf } = withTemplates(part);
  return Array.isArray(anyOf) ? (anyOf as Schema[]).filter((one) => one !== TEMPLATE) : [withTemplates(part)];
}

function isSchema(value: unknown): value is Schema {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
