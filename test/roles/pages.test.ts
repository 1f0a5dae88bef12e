import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { roles } from '../../src/roles/index.ts';
import { renderRolePage, renderRoleText } from '../../src/roles/page.ts';

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

describe('the type of a variable', () => {
  const variables = new Map(roles.flatMap((role) => Object.entries(role.vars)));
  test.each([
    ['pulsar_systemd', 'yes/no'],
    ['pulsar_port', 'whole number'],
    ['pulsar_root', 'text'],
    ['certbot_domains', 'list of text (or just one)'],
    ['rabbitmq_plugins', 'list of text or dict of name, url (or just one)'],
    ['certbot_environment', 'production, staging'],
    ['pulsar_group', 'text or dict of name, gid, system, local'],
  ])('of %s is told as %s', (name, type) => {
    const variable = variables.get(name);
    const page =
      variable && renderRolePage({ ...(roles[0] as (typeof roles)[number]), vars: { [name]: variable } });
    expect(page).toContain(`| \`${name}\` | ${type} |`);
  });
});

test.each(roles.map((role) => [role.name, role] as const))(
  '%s can be read on a terminal of 80 columns',
  (_name, role) => {
    const lines = renderRoleText(role, 80).split('\n');
    const tooLong = lines.filter((line) => line.length > 80 && line.trim().includes(' '));
    expect(tooLong).toEqual([]);
    for (const name of Object.keys(role.vars))
      expect(lines.some((line) => line.startsWith(`${name}:`))).toBe(true);
  },
);
