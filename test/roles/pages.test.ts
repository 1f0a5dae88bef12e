import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { roles } from '../../src/roles/index.ts';
import { renderRolePage } from '../../src/roles/page.ts';

describe('the documentation of roles', () => {
  test.each(roles.map((role) => [role.name, role] as const))(
    'docs/roles/%s.md is what its schema says (npm run docs)',
    (name, role) => {
      const page = readFileSync(new URL(`../../docs/roles/${name}.md`, import.meta.url), 'utf8');
      expect(page).toBe(renderRolePage(role));
    },
  );

  test.each(
    roles.flatMap((role) => Object.entries(role.vars).map(([name, { doc }]) => [role.name, name, doc] as const)),
  )('%s documents %s', (_role, _name, doc) => expect(doc.length).toBeGreaterThan(5));
});
