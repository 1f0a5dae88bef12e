/** Template files as Ansible's template module writes them. */
import { Secret, type Text } from '../base/secret.ts';
import type { Value } from '../base/value.ts';
import { finish, fromValue } from './convert.ts';
import type { Evaluator } from './evaluation.ts';
import { makeEvaluator } from './evaluator.ts';
import { Fault } from './fault.ts';
import { fileLocator } from './jinja/frame.ts';
import { ANSIBLE_SYNTAX, withOptions } from './jinja/options.ts';
import { redactedText } from './python/ambient.ts';
import { str } from './python/repr.ts';
import type { PyValue } from './python/value.ts';
import { type TemplateSource, templateVariables } from './template-variables.ts';
import { folderOf } from './tools.ts';

export type TemplateFileOptions = {
  /** Options of the template module by its own names: `trim_blocks`, `newline_sequence`, `variable_start_string`, … */
  readonly settings?: ReadonlyMap<string, unknown>;
  /** Where the file lies if it has another name in messages, how the user wrote it, and what is written by it. */
  readonly source?: Partial<TemplateSource>;
  /** Further variables. */
  readonly variables?: ReadonlyMap<string, Value>;
};

/** Renders a template file's text. @throws Fault */
export function renderFile(evaluator: Evaluator, text: string, file: string, options: TemplateFileOptions): Text {
  const syntax = options.settings ? withOptions(ANSIBLE_SYNTAX, options.settings) : ANSIBLE_SYNTAX;
  const at = { name: file, locate: fileLocator(text, file) };
  const inner = makeEvaluator({ ...evaluator.options, locals: variablesOf(evaluator, file, options) });
  const folder = folderOf(options.source?.file ?? file);
  const value = finish(inner.textValue(text, at, { syntax, folder }));
  if (value === undefined) throw new Fault('other', 'the template is wholly `omit`, so there is nothing to write');
  if (value === null) return '';
  return value instanceof Secret ? value : redactedText(() => str(value));
}

function variablesOf(evaluator: Evaluator, file: string, options: TemplateFileOptions): Map<string, PyValue> {
  const { access, locals, scope } = evaluator.options;
  const source = { file, written: file, ...options.source };
  const own = templateVariables(source, access, (name) => scope.lookup(name) !== undefined);
  const given = [...(options.variables ?? [])].map(([name, value]) => [name, fromValue(value)] as const);
  return new Map([...(locals ?? []), ...own, ...given]);
}
