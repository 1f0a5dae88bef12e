/** `gatdeploy roles`: which roles are native, and the variables of one. */
import type { Command } from 'commander';

/** Adds the command to the program. */
export function register(program: Command): void {
  program
    .command('roles')
    .description('list the native roles, or the variables of one: names, types, defaults, meaning')
    .argument('[name]', 'a role, by any name that playbooks use')
    .addHelpText(
      'after',
      `
Examples:
  gatdeploy roles
  gatdeploy roles galaxyproject.pulsar`,
    )
    .action(runRoles);
}

async function runRoles(name: string | undefined): Promise<void> {
  const { roles } = await import('../roles/index.ts');
  const { renderRoleList, renderRolePage } = await import('../roles/page.ts');
  const { resolveRole } = await import('../roles/resolve.ts');
  const position = { file: 'the command line', line: 1, column: 0 };
  const text = name === undefined ? renderRoleList(roles) : renderRolePage(resolveRole({ name, position }));
  process.stdout.write(text);
}
