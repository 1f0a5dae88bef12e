/** `gatdeploy render`: prints exactly the bytes that the template module would write. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { GatError } from '../base/errors.ts';
import { reveal, Secret, type Text } from '../base/secret.ts';
import { type Plain, toPlain } from '../base/value.ts';
import { createTemplar } from '../render/templar.ts';
import { renderHandlebars, type TemplateValue } from '../render/template.ts';
import { addContextOptions, type Context, type ContextOptions, commandContext, readText } from './eval/context.ts';
import { brokenTemplate } from './eval/errors.ts';
import type { CommandIo } from './eval.ts';

export type RenderOptions = ContextOptions & { readonly showSecrets?: boolean };

/** Renders a template file and prints it. @throws GatError */
export async function renderCommand(file: string, options: RenderOptions, io: CommandIo): Promise<void> {
  const context = await commandContext(options);
  const templar = createTemplar(context);
  const source = readText(file);
  const text = file.endsWith('.hbs')
    ? renderOwnKind(source, file, context)
    : templar.renderTemplate(source, resolve(file), { source: { written: file } });
  io.write(options.showSecrets ? reveal(text) : String(text));
}

/** Handlebars templates are what native roles are written in. */
function renderOwnKind(source: string, file: string, context: Context): Text {
  const templar = createTemplar(context);
  try {
    return renderHandlebars(source, (name) => {
      const value = context.scope.lookup(name) && templar.variable(name);
      return value === undefined ? undefined : templateValue(toPlain(value));
    });
  } catch (error) {
    if (error instanceof GatError) throw error;
    throw brokenTemplate(file, error);
  }
}

/** Handlebars prints an int of any size alike. */
function templateValue(value: Plain): TemplateValue {
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object' || value instanceof Secret) return value;
  if (isList(value)) return value.map(templateValue);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, templateValue(item)]));
}

function isList(
  value: Exclude<Plain, null | boolean | number | bigint | string | Secret>,
): value is readonly Plain[] {
  return Array.isArray(value);
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
