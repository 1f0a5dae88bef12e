/** Template files as Ansible's template module writes them. */

import { Secret, type Text } from '../base/secret.ts';
import { finish } from './convert.ts';
import type { Evaluator } from './evaluator.ts';
import { fileLocator } from './jinja/frame.ts';
import { ANSIBLE_SYNTAX, withOptions } from './jinja/options.ts';
import { redactedText } from './python/ambient.ts';
import { str } from './python/repr.ts';
import { folderOf } from './tools.ts';

export type TemplateFileOptions = {
  /** Options of the template module by its own names: `trim_blocks`, `newline_sequence`, `variable_start_string`, … */
  readonly settings?: ReadonlyMap<string, unknown>;
};

/** Renders a template file's text. @throws Fault */
export function renderFile(evaluator: Evaluator, text: string, file: string, options: TemplateFileOptions): Text {
  const syntax = options.settings ? withOptions(ANSIBLE_SYNTAX, options.settings) : ANSIBLE_SYNTAX;
  const at = { name: file, locate: fileLocator(text, file) };
  const value = finish(evaluator.textValue(text, at, { syntax, folder: folderOf(file) }));
  if (value === null || value === undefined) return '';
  return value instanceof Secret ? value : redactedText(() => str(value));
}
