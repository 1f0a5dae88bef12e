/** Modules that do nothing on the host: debug, assert, fail, set_fact, include_vars, pause, add_host's relatives. */

import { type Node, nodeOf } from '../../base/node.ts';
import { redact, type Text } from '../../base/secret.ts';
import { isDict, isList, type Scalar, toPlain, type Value } from '../../base/value.ts';
import type { Action, ModuleContext } from '../action.ts';
import { defineModule } from '../action.ts';
import { pythonRegExp } from '../edits/regexp.ts';
import { badParameter, missingSource } from '../errors.ts';
import { textOfScalar } from '../params.ts';

const OK = { type: 'value' as const };

/** `debug` */
export const debugModule = defineModule({
  name: 'ansible.builtin.debug',
  params: { msg: { type: 'raw' }, var: { type: 'str' }, verbosity: { type: 'int' } },
  run(args, context): Action {
    if ((args.verbosity ?? 0) > 0)
      return {
        ...OK,
        result: new Map<string, Value>([
          ['skipped', true],
          ['skipped_reason', 'Verbosity threshold not met.'],
        ]),
      };
    if (args.var === undefined)
      return {
        ...OK,
        result: new Map([['msg', args.msg ?? 'Hello world!']]),
        message: shown(args.msg ?? 'Hello world!'),
      };
    const value = variableValue(args.var, context);
    return { ...OK, result: new Map([[args.var, value]]), message: `${args.var}: ${redact(shown(value))}` };
  },
});

/** A variable that isn't defined is no mistake here, as in Ansible. */
function variableValue(expression: string, { templar, position }: ModuleContext): Value {
  const text = /\{\{/.test(expression) ? expression : `{{ ${expression} }}`;
  const [value] = [templar.leafwise({ kind: 'scalar', value: text, position, template: true })];
  return isDict(value) && value.get('__error__') === 'undefined' ? 'VARIABLE IS NOT DEFINED!' : value;
}

function shown(value: Value): Text {
  if (typeof value === 'boolean' || value === null) return String(value);
  if (!isList(value) && !isDict(value)) return textOfScalar(value);
  return JSON.stringify(toPlain(value), (_key, one: unknown) => (typeof one === 'bigint' ? String(one) : one));
}

/** `assert` */
export const assertModule = defineModule({
  name: 'ansible.builtin.assert',
  params: {
    that: { type: 'raw', required: true },
    fail_msg: { type: 'raw', aliases: ['msg'] },
    success_msg: { type: 'raw' },
    quiet: { type: 'bool', ignored: 'an assertion that holds is not told' },
  },
  run({ that = [], fail_msg, success_msg: msg = 'All assertions passed' }, { templar, position }): Action {
    for (const condition of isList(that) ? that : [that]) {
      const text = typeof condition === 'boolean' ? condition : String(condition);
      if (templar.condition(text, position)) continue;
      const why = fail_msg === undefined ? 'Assertion failed' : redact(shown(fail_msg));
      const failure = `${why}: ${String(condition)} is false`;
      return {
        ...OK,
        result: new Map<string, Value>([
          ['failed', true],
          ['assertion', text],
          ['evaluated_to', false],
          ['msg', why],
        ]),
        failure,
      };
    }
    return { ...OK, result: new Map([['msg', msg]]) };
  },
});

/** `fail` */
export const failModule = defineModule({
  name: 'ansible.builtin.fail',
  params: { msg: { type: 'raw' } },
  run({ msg = 'Failed as requested from task' }): Action {
    const failure = redact(shown(msg));
    return {
      ...OK,
      result: new Map<string, Value>([
        ['failed', true],
        ['msg', msg],
      ]),
      failure,
    };
  },
});

/** `set_fact` */
export const setFactModule = defineModule({
  name: 'ansible.builtin.set_fact',
  params: { cacheable: { type: 'raw', ignored: 'facts are gathered anew in each run' } },
  open: true,
  run(_args, context, others): Action {
    const facts = new Map<string, Node>();
    const result = new Map<Scalar, Value>();
    for (const [written, node] of others) {
      const name = nameIn(written, node, context);
      if (!/^[A-Za-z_]\w*$/.test(name))
        throw badParameter(node.position, 'set_fact', name, 'it is no name of a variable');
      const value = context.templar.evaluate(node);
      if (value === undefined) continue;
      facts.set(name, nodeOf(value, node.position, false));
      result.set(name, value);
    }
    return { ...OK, result: new Map([['ansible_facts', result]]), facts };
  },
});

/** The name of a fact may be a template. */
function nameIn(written: string, { position }: Node, { templar }: ModuleContext): string {
  if (!written.includes('{{')) return written;
  return String(templar.evaluate({ kind: 'scalar', value: written, position, template: true }) ?? '');
}

/** `include_vars` */
export const includeVarsModule = defineModule({
  name: 'ansible.builtin.include_vars',
  params: {
    file: { type: 'str' },
    name: { type: 'str' },
    dir: { type: 'str' },
    depth: { type: 'int' },
    files_matching: { type: 'str' },
    ignore_files: { type: 'list' },
    extensions: { type: 'list' },
    hash_behaviour: { type: 'str', choices: ['replace'] },
    ignore_unknown_extensions: { type: 'raw', ignored: 'only files with these extensions are read' },
  },
  freeForm: 'file',
  run({ file, name, ...wanted }, { files, position }): Action {
    if (wanted.dir !== undefined) return includeFolder(wanted.dir, name, wanted, { files, position });
    const node = file === undefined ? undefined : files.values(file);
    if (!node || file === undefined)
      throw missingSource(position, file ?? 'file', files.searched(file ?? '', 'vars'));
    const isEmpty = node.kind === 'scalar' && node.value === null;
    if (node.kind !== 'dict' && !isEmpty)
      throw badParameter(node.position, 'include_vars', 'file', 'it must hold a mapping of names to values');
    const entries = new Map(node.kind === 'dict' ? node.entries : []);
    const boxed: Node = { kind: 'dict', entries, position: node.position };
    const facts =
      name === undefined
        ? new Map([...entries].map(([key, item]) => [String(key), item] as const))
        : new Map([[name, boxed]]);
    return { ...OK, result: new Map([['ansible_included_var_files', [file]]]), facts };
  },
});

type Wanted = {
  readonly depth: number | undefined;
  readonly files_matching: string | undefined;
  readonly ignore_files: readonly string[] | undefined;
  readonly extensions: readonly string[] | undefined;
};

/** All files of variables below a folder, by name; later ones win. */
function includeFolder(
  dir: string,
  name: string | undefined,
  {
    depth = 0,
    files_matching: matching,
    ignore_files: ignored = [],
    extensions = ['yaml', 'yml', 'json'],
  }: Wanted,
  { files, position }: Pick<ModuleContext, 'files' | 'position'>,
): Action {
  const tree = files.tree(dir, 'vars');
  if (!tree) throw missingSource(position, dir, files.searched(dir, 'vars'));
  const endings = new Set(extensions.map((one) => one.replace(/^\./, '')));
  const isWanted = (file: string): boolean =>
    (depth === 0 || file.split('/').length <= depth) &&
    endings.has(/\.([^./]+)$/.exec(file)?.[1] ?? '') &&
    (matching === undefined || pythonRegExp(matching).test(file.split('/').at(-1) ?? '')) &&
    !ignored.some((one) => pythonRegExp(one).test(file));
  const read = tree.filter(({ kind, path }) => kind === 'file' && isWanted(path)).map(({ path }) => path);
  const facts = new Map<string, Node>();
  for (const file of read) {
    const node = files.values(`${dir}/${file}`);
    if (node?.kind === 'dict') for (const [key, item] of node.entries) facts.set(String(key), item);
  }
  const boxed: Node = { kind: 'dict', entries: facts, position };
  return {
    ...OK,
    result: new Map([['ansible_included_var_files', read]]),
    facts: name === undefined ? facts : new Map([[name, boxed]]),
  };
}

/** `pause`: nobody is asked, and nothing needs the time. */
export const pauseModule = defineModule({
  name: 'ansible.builtin.pause',
  params: {
    seconds: { type: 'raw', ignored: 'nothing is waited for' },
    minutes: { type: 'raw', ignored: 'nothing is waited for' },
    prompt: { type: 'raw', refused: 'a run asks nobody' },
    echo: { type: 'raw', ignored: 'nothing is waited for' },
  },
  run: (_args, context): Action => {
    return {
      ...OK,
      result: new Map(),
      message: `${context.title}: nothing is waited for; use wait_for for a condition`,
    };
  },
});
