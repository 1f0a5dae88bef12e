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

const INDENT = '    ';

/** The same for a terminal of this width, where tables of Markdown can't be read. */
export function renderRoleText(role: Role, columns: number): string {
  const below = (text: string) => wrap(text, columns - INDENT.length).map((line) => `${INDENT}${line}\n`);
  const entries = Object.entries(role.vars).map(([name, variable]) => {
    const fallback = variable.default === undefined ? '' : `Default: ${JSON.stringify(variable.default)}`;
    const form = formOf(variable);
    const head = `${name}: ${form}`.length <= columns ? [`${name}: ${form}\n`] : [`${name}:\n`, ...below(form)];
    return [...head, ...below(variable.doc), ...(fallback ? below(fallback) : [])].join('');
  });
  return `${wrap(`${role.name}: ${role.doc}`, columns).join('\n')}\n\n${entries.join('\n')}`;
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
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
