/** The program's own Handlebars templates (`templates/<role>/*.hbs`): strict, never HTML-escaped, secrets tracked. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import handlebars from 'handlebars';
import { Secret, type Text } from '../base/secret.ts';

/** What a template may be given: plain data; a Secret anywhere in it makes the result one. */
export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | Secret
  | readonly TemplateValue[]
  | { readonly [name: string]: TemplateValue };

type Compiled = (context: unknown) => string;

const compiled = new Map<string, Compiled>();

/**
 * Renders one of the program's own templates; a name that the values lack is a bug and throws.
 * @param name path below `templates/`
 * @example template('pulsar/pulsar.service.hbs', { user: 'pulsar' })
 */
export function template(name: string, values: { readonly [name: string]: TemplateValue }): Text {
  const render = compiled.get(name) ?? compile(name);
  const text = render(plain(values, (secret) => secret.reveal()));
  const shown = render(plain(values, (secret) => secret.redacted));
  return text === shown ? text : new Secret(text, shown);
}

function compile(name: string): Compiled {
  const source = readFileSync(join(templatesFolder(), name), 'utf8');
  const render: Compiled = handlebars.compile(source, { strict: true, noEscape: true });
  compiled.set(name, render);
  return render;
}

/** The nearest `templates` folder above this file: beside src/ in a checkout, beside dist/ in an installed package. */
function templatesFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'templates');
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) throw new Error('the templates folder is missing from this installation');
  }
}

function plain(value: TemplateValue, text: (secret: Secret) => string): unknown {
  if (value instanceof Secret) return text(value);
  if (Array.isArray(value)) return value.map((item) => plain(item, text));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, text)]));
}
