/** A role's documentation page, made from its variables' schema: what `gatdeploy roles NAME` prints and docs/roles holds. */
import { formOf } from './form.ts';
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
  return `| \`${name}\` | ${cell(formOf(variable))} | ${fallback} | ${cell(variable.doc)} |`;
}

/** A cell must not hold a bar or a line break. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}
