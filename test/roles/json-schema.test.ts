import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { roles } from '../../src/roles/index.ts';
import { variablesSchema } from '../../src/roles/json-schema.ts';

const validate = new Ajv({ strict: false, allErrors: true }).compile(variablesSchema(roles));

const folders = ['../../group_vars', '../fixtures/gat-repo/group_vars'].map((one) =>
  path.resolve(import.meta.dirname, one),
);
const files = folders.flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)));

describe('the schema of group_vars', () => {
  test.each(files)('takes %s', (file) => {
    const values = parse(readFileSync(file, 'utf8'), {
      customTags: [{ tag: '!vault', resolve: (text: string) => text }],
    });
    validate(values);
    expect(validate.errors ?? []).toEqual([]);
  });

  test('explains every variable of every role', () => {
    const { properties } = variablesSchema(roles) as { properties: Record<string, { description: string }> };
    for (const role of roles)
      for (const name of Object.keys(role.vars)) expect(properties[name]?.description.length).toBeGreaterThan(10);
  });

  test('shows the explanation where editors look for it: with the alternatives of a variable', () => {
    const { properties } = variablesSchema(roles) as {
      properties: Record<string, { description: string; anyOf?: readonly { description?: string }[] }>;
    };
    for (const { description, anyOf } of Object.values(properties))
      if (anyOf) expect(anyOf[0]?.description).toBe(description);
    expect(variablesSchema(roles)).not.toHaveProperty('title');
  });

  test.each([
    ['a text that is no encrypted file', 'words'],
    ['a text for a number of jobs', { certbot_auto_renew: 'perhaps' }],
    ['an unknown part of a user', { rabbitmq_users: [{ user: 'a', password: 'b', tagz: 'c' }] }],
  ])('refuses %s', (_title, values) => expect(validate(values)).toBe(false));

  test.each([
    ['a template', { certbot_auto_renew: '{{ renew | default(true) }}' }],
    ['a template inside', { rabbitmq_users: [{ user: '{{ name }}', password: '{{ vault_p }}' }] }],
    ['a variable that no role knows', { my_own: [1] }],
  ])('takes %s', (_title, values) => expect(validate(values), JSON.stringify(validate.errors)).toBe(true));
});
