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
import { fieldsOfEpoch, makeDatetime } from './python/date.ts';
import { str } from './python/repr.ts';
import type { PyValue } from './python/value.ts';
import { folderOf } from './tools.ts';

export type TemplateFileOptions = {
  /** Options of the template module by its own names: `trim_blocks`, `newline_sequence`, `variable_start_string`, … */
  readonly settings?: ReadonlyMap<string, unknown>;
  /** Further variables, such as `template_destpath`. */
  readonly variables?: ReadonlyMap<string, Value>;
};

/** Renders a template file's text. @throws Fault */
export function renderFile(evaluator: Evaluator, text: string, file: string, options: TemplateFileOptions): Text {
  const syntax = options.settings ? withOptions(ANSIBLE_SYNTAX, options.settings) : ANSIBLE_SYNTAX;
  const at = { name: file, locate: fileLocator(text, file) };
  const inner = makeEvaluator({ ...evaluator.options, locals: templateVariables(evaluator, file, options) });
  const value = finish(inner.textValue(text, at, { syntax, folder: folderOf(file) }));
  if (value === undefined) throw new Fault('other', 'the template is wholly `omit`, so there is nothing to write');
  if (value === null) return '';
  return value instanceof Secret ? value : redactedText(() => str(value));
}

/** What the template module adds to the variables; `ansible_managed` only where nobody has set it. */
function templateVariables(
  evaluator: Evaluator,
  file: string,
  options: TemplateFileOptions,
): Map<string, PyValue> {
  const { access, locals, scope } = evaluator.options;
  const run = makeDatetime({ ...fieldsOfEpoch(access.now() * 1000), offset: undefined });
  const variables = new Map<string, PyValue>([
    ...(locals ?? []),
    ['template_path', file],
    ['template_fullpath', file],
    ['template_run_date', run],
  ]);
  for (const [name, value] of options.variables ?? []) variables.set(name, fromValue(value));
  if (!scope.lookup('ansible_managed')) variables.set('ansible_managed', 'Ansible managed');
  return variables;
}
