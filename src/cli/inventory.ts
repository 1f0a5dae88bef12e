/** `gatdeploy inventory`: the hosts and groups of a project, as ansible-inventory shows them. */
import type { Command } from 'commander';
import { unknownHost } from '../project/inventory/errors.ts';
import { graphInventory, renderHost, renderInventory } from '../project/inventory/list.ts';
import { loadProject, type Project } from '../project/project.ts';
import { projectOptions, type StackOptions } from '../stack/options.ts';
import { addProjectOptions } from './run/options.ts';
import { printWarnings } from './run/warnings.ts';

type Options = StackOptions & { readonly host?: string; readonly graph?: boolean; readonly showSecrets?: boolean };

/** Adds the command to the program. */
export function register(program: Command): void {
  addProjectOptions(program.command('inventory').description('show the hosts and groups of the inventory'))
    .option('--host <name>', "one host's variables, as they are written")
    .option('--graph', 'the tree of groups and hosts (the default)')
    .option('--json', 'everything, in the shape of ansible-inventory --list')
    .option('--show-secrets', 'show decrypted values instead of ***')
    .action(async (options: Options) => {
      const project = await loadProject(options.directory, projectOptions(options));
      for (const piece of shown(project, options)) process.stdout.write(piece);
      printWarnings(project);
    });
}

function shown(project: Project, options: Options): Iterable<string> {
  const json = { showSecrets: options.showSecrets ?? false };
  if (options.host !== undefined) {
    const host = project.inventory.host(options.host);
    if (!host) throw unknownHost(options.host, project.inventory);
    return [renderHost(project, host, json)];
  }
  if (options.json) return inBlocks(renderInventory(project, json));
  const all = project.inventory.groups.get('all');
  return all ? [`${graphInventory(all).join('\n')}\n`] : [];
}

/** Joins small pieces, so that few writes are needed and the whole is never in memory at once. */
function* inBlocks(pieces: Iterable<string>): Generator<string> {
  let block = '';
  for (const piece of pieces) {
    block += piece;
    if (block.length < 256 * 1024) continue;
    yield block;
    block = '';
  }
  yield block;
}
