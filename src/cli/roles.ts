/** `gatdeploy roles`: which roles are native, and the variables of one. */
import type { Command } from 'commander';
import type { Role } from '../roles/role.ts';

/** Adds the command to the program. */
export function register(program: Command): void {
  program
    .command('roles')
    .description('list the native roles, or the variables of one: names, types, defaults, meaning')
    .argument('[name]', 'a role, by any name that playbooks use')
    .option('--json-schema', 'print a JSON schema of the variables, by which editors check and explain group_vars')
    .addHelpText(
      'after',
      `
Examples:
  gatdeploy roles
  gatdeploy roles galaxyproject.pulsar
  gatdeploy roles --json-schema > group_vars.schema.json`,
    )
    .action(runRoles);
}

async function runRoles(name: string | undefined, flags: { readonly jsonSchema?: boolean }): Promise<void> {
  const { roles } = await import('../roles/index.ts');
  const { resolveRole } = await import('../roles/resolve.ts');
  const position = { file: 'the command line', line: 1, column: 0 };
  const one = name === undefined ? undefined : resolveRole({ name, position });
  if (flags.jsonSchema) {
    const { variablesSchema } = await import('../roles/json-schema.ts');
    process.stdout.write(`${JSON.stringify(variablesSchema(one ? [one] : roles), undefined, 2)}\n`);
    return;
  }
  const { renderRoleList, renderRolePage, renderRoleText } = await import('../roles/page.ts');
  const { isTTY, columns = 80 } = process.stdout;
  const page = (role: Role) => (isTTY ? renderRoleText(role, columns) : renderRolePage(role));
  process.stdout.write(one ? page(one) : renderRoleList(roles));
}
