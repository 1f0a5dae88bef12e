/** The values of variables: a template in a variable is evaluated once, when it is first used. */
import type { Node, ScalarNode } from '../base/node.ts';
import { Secret } from '../base/secret.ts';
import type { Evaluator, EvaluatorOptions, TextOptions } from './evaluation.ts';
import { Fault } from './fault.ts';
import { findFilter } from './filters/index.ts';
import { makeGlobals } from './globals.ts';
import { unknownPlugin } from './jinja/call.ts';
import { evaluate } from './jinja/evaluate.ts';
import { execute } from './jinja/execute.ts';
import { type Engine, newContext, placedFault, rootFrame, type Source } from './jinja/frame.ts';
import { runTemplate } from './jinja/module.ts';
import { joinPieces } from './jinja/nodes.ts';
import { ANSIBLE_SYNTAX, mayBeTemplate, type SyntaxOptions } from './jinja/options.ts';
import { deeper } from './limits.ts';
import { magicVariables } from './magic.ts';
import { pluginNames } from './plugin-names.ts';
import { ambient, withAmbient } from './python/ambient.ts';
import { PyDict } from './python/dict.ts';
import { fresh } from './python/fresh.ts';
import { isText } from './python/kinds.ts';
import { taint } from './python/secrecy.ts';
import { Lazy, Marker, PyList, type PyValue } from './python/value.ts';
import { parseSource } from './source.ts';
import { loadTemplateFile } from './template-search.ts';
import { findTest } from './tests/index.ts';
import { makeTools } from './tools.ts';
import { nodeLocator } from './where.ts';

const VALUE_SYNTAX: SyntaxOptions = { ...ANSIBLE_SYNTAX, rawBackslashes: true };

type State = {
  readonly options: EvaluatorOptions;
  /** Values of templates that were evaluated already. */
  readonly done: WeakMap<Node, PyValue>;
  /** The variables that are being evaluated, the outermost first. */
  readonly active: { readonly node: Node; readonly name: string }[];
  readonly engineFor: (folder: string | undefined) => Engine;
  /** `hostvars` and `vars`. */
  readonly magic: (name: string) => PyValue | undefined;
};

/** Makes the evaluator of a scope. */
export function makeEvaluator(options: EvaluatorOptions): Evaluator {
  const state: State = {
    options,
    done: new WeakMap(),
    active: [],
    engineFor: (folder) => makeEngine(evaluator, folder),
    magic: magicVariables(options, (name) => variable(state, name), makeEvaluator),
  };
  const evaluator: Evaluator = {
    options,
    nodeValue: (node, name) => nodeValue(state, node, name),
    variable: (name) => variable(state, name),
    textValue: (text, at, textOptions = {}) => textValue(state, text, at, textOptions),
  };
  return evaluator;
}

function makeEngine(evaluator: Evaluator, folder: string | undefined): Engine {
  const { scope, access } = evaluator.options;
  const tools = makeTools(evaluator, makeEvaluator);
  return {
    evaluate,
    execute,
    findFilter,
    findTest,
    pluginNames,
    globals: makeGlobals(tools),
    loadTemplate: (name, syntax) => loadTemplateFile(name, { folder, syntax, access }),
    constant: (text, frame) => evaluator.textValue(text, frame.source, { syntax: VALUE_SYNTAX }),
    names: () => scope.names(),
    tools,
  };
}

const OWN_NAMES = new Set(['hostvars', 'vars']);

function variable(state: State, name: string): PyValue | undefined {
  const { scope, locals, onUse } = state.options;
  const local = locals?.get(name);
  if (local !== undefined) return local;
  // What Ansible itself says of hosts goes before what a file calls by the same name.
  const own = scope.hosts && OWN_NAMES.has(name) ? state.magic(name) : undefined;
  if (own !== undefined) return own;
  const node = scope.lookup(name);
  if (node === undefined) return state.magic(name);
  onUse?.({ name, node, by: state.active.at(-1)?.name });
  return nodeValue(state, node, name);
}

function nodeValue(state: State, node: Node, name = ''): PyValue {
  const own = name === '' ? (state.active.at(-1)?.name ?? '') : name;
  if (node.kind === 'list') {
    const cells = node.items.map((item) => new Lazy(() => nodeValue(state, item, own)));
    return new PyList(cells, true);
  }
  if (node.kind === 'dict') {
    const cells = [...node.entries].map(
      ([key, item]) => [key, new Lazy(() => nodeValue(state, item, own))] as const,
    );
    return new PyDict(cells, true);
  }
  if (!node.template || !isText(node.value)) return node.value;
  const text = node.value instanceof Secret ? node.value.reveal() : node.value;
  if (!mayBeTemplate(text)) return node.value;
  const value = templateValue(state, { node, text, name: own });
  return node.value instanceof Secret ? taint(value) : value;
}

type Definition = { readonly node: ScalarNode; readonly text: string; readonly name: string };

function templateValue(state: State, { node, text, name }: Definition): PyValue {
  const known = state.done.get(node);
  if (known !== undefined) return fresh(known);
  const at = { name, locate: nodeLocator(node, text) };
  if (state.active.some((one) => one.node === node)) return new Marker(recursion(state, node, at));
  state.active.push({ node, name });
  try {
    const value = textValue(state, text, at, { syntax: VALUE_SYNTAX });
    if (!ambient.redacting) state.done.set(node, value);
    return fresh(value);
  } finally {
    state.active.pop();
  }
}

function recursion(state: State, node: Node, at: Pick<Source, 'locate'>): Fault {
  const first = state.active.findIndex((one) => one.node === node);
  const chain = state.active.slice(first).map((one) => one.name || 'this value');
  const fault = new Fault('recursion', `variables refer to one another: ${[...chain, chain[0]].join(' → ')}`);
  fault.where = () => at.locate(0);
  return fault;
}

function textValue(
  state: State,
  text: string,
  at: Pick<Source, 'name' | 'locate'>,
  options: TextOptions,
): PyValue {
  const { name, locate } = at;
  const { syntax, condition = false } = options;
  if (!condition && !mayBeTemplate(text, syntax)) return text;
  try {
    const source = parseSource({ text, name, locate, condition, ...(syntax && { options: syntax }) });
    return deeper(() =>
      withAmbient({ tripping: false, redacting: false }, () => run(state, source, options, text)),
    );
  } catch (error) {
    if (error instanceof Fault) {
      error.where ??= () => at.locate(0);
      return new Marker(error);
    }
    throw error;
  }
}

function run(state: State, source: Source, options: TextOptions, text: string): PyValue {
  const memo = new Map<string, PyValue>();
  const resolve = (name: string): PyValue | undefined => {
    const known = memo.get(name);
    if (known !== undefined) return known;
    const value = variable(state, name);
    if (value !== undefined) memo.set(name, value);
    return value;
  };
  const engine = state.engineFor(options.folder);
  const root = rootFrame(engine, source, newContext(resolve, source));
  const frame = options.condition ? { ...root, constants: true } : root;
  const pieces: PyValue[] = [];
  try {
    requirePlugins(engine, source);
    runTemplate(frame, pieces);
  } catch (error) {
    pieces.push(new Marker(placedFault(error, frame)), '');
  }
  const value = joinPieces(pieces);
  return options.condition ? value : keepNewlines(value, text, options.syntax?.newline ?? '\n');
}

function requirePlugins(engine: Engine, source: Source): void {
  for (const { plugin, name, at } of source.template.required) {
    if (plugin === 'filter' ? engine.findFilter(name) : engine.findTest(name)) continue;
    const fault = unknownPlugin(plugin, name, engine.pluginNames);
    fault.where = () => source.locate(at);
    throw fault;
  }
}

/** Text keeps the line ends at its end, though the parser takes one and tags may take more. */
function keepNewlines(value: PyValue, text: string, newline: string): PyValue {
  if (!isText(value)) return value;
  const missing = trailingNewlines(text) - trailingNewlines(value instanceof Secret ? value.reveal() : value);
  if (missing <= 0) return value;
  const end = newline.repeat(missing);
  return value instanceof Secret ? new Secret(value.reveal() + end, value.redacted + end) : value + end;
}

function trailingNewlines(text: string): number {
  let count = 0;
  while (text[text.length - 1 - count] === '\n') count++;
  return count;
}
