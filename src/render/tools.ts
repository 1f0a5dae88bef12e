/** What plugins are given: other plugins, variables, and what the owner of the evaluation allows. */
import type { Evaluator, EvaluatorOptions } from './evaluation.ts';
import { Fault } from './fault.ts';
import { findFilter } from './filters/index.ts';
import { unknownPlugin } from './jinja/call.ts';
import { fileLocator } from './jinja/frame.ts';
import { ANSIBLE_SYNTAX, withOptions } from './jinja/options.ts';
import type { Plugin, Tools } from './plugin.ts';
import { pluginNames } from './plugin-names.ts';
import { truth } from './python/compare.ts';
import { guardSecrets } from './python/secrecy.ts';
import { bind } from './python/signature.ts';
import { Marker, type PyValue } from './python/value.ts';
import { findTest } from './tests/index.ts';

/** Makes the tools of an evaluator; `makeEvaluator` makes one with further variables. */
export function makeTools(evaluator: Evaluator, makeEvaluator: (options: EvaluatorOptions) => Evaluator): Tools {
  const { options } = evaluator;
  const tools: Tools = {
    filter: (name, value, args, named = new Map()) => {
      const found = findFilter(name);
      if (!found) throw unknownPlugin('filter', name, pluginNames);
      return apply(tools, name, found, [value, ...args], named);
    },
    test: (name, value, args, named = new Map()) => {
      const found = findTest(name);
      if (!found) throw unknownPlugin('test', name, pluginNames);
      return truth(apply(tools, name, found, [value, ...args], named));
    },
    variable: (name) => evaluator.variable(name),
    names: () => options.scope.names(),
    render: (text, file, variables, settings) => {
      const inner = makeEvaluator({ ...options, locals: new Map([...(options.locals ?? []), ...variables]) });
      const at = { name: file, locate: fileLocator(text, file) };
      return inner.textValue(text, at, { syntax: withOptions(ANSIBLE_SYNTAX, settings), folder: folderOf(file) });
    },
    access: options.access,
  };
  return tools;
}

/** The folder of a file. */
export const folderOf = (file: string): string => file.slice(0, Math.max(0, file.lastIndexOf('/')));

/** Applies a plugin from inside another: an undefined value passes through as its result. */
function apply(
  tools: Tools,
  name: string,
  found: Plugin,
  positional: readonly PyValue[],
  named: ReadonlyMap<string, PyValue>,
): PyValue {
  const marker = found.acceptsMarkers ? undefined : positional.find((value) => value instanceof Marker);
  if (marker) return marker;
  try {
    return guardSecrets(found.secrecy, () =>
      found.body(tools, ...bind(name, found.signature, { positional, named })),
    );
  } catch (error) {
    if (error instanceof Fault) return new Marker(error);
    throw error;
  }
}
