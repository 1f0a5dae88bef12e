/** `gatdeploy render`: prints exactly the bytes that the template module would write. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { reveal } from '../base/secret.ts';
import { createTemplar } from '../render/templar.ts';
import type { CommandIo } from './eval.ts';
import { addContextOptions, type ContextOptions, commandContext, readText } from './eval-context.ts';

export type RenderOptions = ContextOptions & { readonly showSecrets?: boolean };

/** Renders a template file and prints it. @throws GatError */
export async function renderCommand(file: string, options: RenderOptions, io: CommandIo): Promise<void> {
  const context = await commandContext(options);
  const text = createTemplar(context).renderTemplate(readText(file), resolve(file));
  io.write(options.showSecrets ? reveal(text) : String(text));
}

/** Adds the command to the program. */
export function register(program: Command): void {
  addContextOptions(program.command('render').description('print what the template module would write'))
    .argument('<template>', 'a template file')
    .option('--show-secrets', 'show secrets instead of ***')
    .addHelpText('after', '\nExample:\n  $ gatdeploy render templates/nginx/galaxy.j2 --host gat-1')
    .action((file: string, options: RenderOptions) =>
      renderCommand(file, options, { write: (out) => process.stdout.write(out) }),
    );
}
