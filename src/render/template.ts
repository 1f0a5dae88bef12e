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
export function template(name: string, values: TemplateValues): Text {
  return renderWith(compiled.get(name) ?? compile(name), values);
}

/** The values that a template is given, by name. */
export type TemplateValues = { readonly [name: string]: TemplateValue };

/**
 * Renders the text of a Handlebars template, for `gatdeploy render`.
 * @param lookup gives the value of a name that the template mentions; undefined where nobody defines it, which is right
 * for a name inside of `#each` and an error of the template elsewhere
 * @throws Error where the text is no template, or a name has no value
 */
export function renderHandlebars(source: string, lookup: (name: string) => TemplateValue): Text {
  const values = namesIn(handlebars.parse(source)).map((name) => [name, lookup(name)] as const);
  const known = Object.fromEntries(values.filter(([, value]) => value !== undefined));
  return renderWith(handlebars.compile(source, { strict: true, noEscape: true }), known);
}

/** The names that a template's tree asks for at its top level; built-in helpers and `@` names are none. */
function namesIn(tree: unknown): readonly string[] {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    const { type, parts, data, depth } = node as {
      type?: string;
      parts?: unknown[];
      data?: boolean;
      depth?: number;
    };
    const [name] = parts ?? [];
    if (type === 'PathExpression' && !data && depth === 0 && typeof name === 'string') names.add(name);
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(tree);
  return [...names].filter((name) => !Object.hasOwn(handlebars.helpers, name));
}

function renderWith(render: Compiled, values: TemplateValues): Text {
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
