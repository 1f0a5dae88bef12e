/** command, shell, script, raw: whatever has no module of its own. */
import { reveal, type Text } from '../../base/secret.ts';
import { feed, type Script, sh, steps } from '../../base/shell.ts';
import { isDict, isList, type Value } from '../../base/value.ts';
import type { RunOutput } from '../../resources/index.ts';
import type { Action, ModuleContext, Result, ScriptAction } from '../action.ts';
import { defineModule } from '../action.ts';
import { runAs } from '../as-user.ts';
import { badParameter } from '../errors.ts';
import type { Params } from '../params.ts';
import { textOfScalar } from '../params.ts';
import { sourceFile } from './copy.ts';
import { splitWords } from './words.ts';

const PARAMS = {
  cmd: { type: 'text' },
  chdir: { type: 'str' },
  creates: { type: 'str' },
  removes: { type: 'str' },
  executable: { type: 'str' },
  stdin: { type: 'text' },
  stdin_add_newline: { type: 'bool' },
  strip_empty_ends: { type: 'bool' },
  warn: { type: 'raw', ignored: 'Ansible has dropped it too' },
} as const satisfies Params;

/** `command`: a program with its words; no shell looks at them. */
export const commandModule = defineModule({
  name: 'ansible.builtin.command',
  params: { ...PARAMS, argv: { type: 'raw' }, expand_argument_vars: { type: 'bool' } },
  freeForm: 'cmd',
  run(args, context): Action {
    const expands = args.expand_argument_vars ?? true;
    const words = args.argv === undefined ? splitWords(text(args.cmd, context)) : argvOf(args.argv, context);
    const run = sh`${words.map((word) => programWord(word, expands)).reduce((all, one) => sh`${all} ${one}`)}`;
    return scriptAction(run, words.map(reveal), args, context);
  },
});

/** `shell`: a text for the shell. */
export const shellModule = defineModule({
  name: 'ansible.builtin.shell',
  params: PARAMS,
  freeForm: 'cmd',
  run(args, context): Action {
    const command = text(args.cmd, context);
    return scriptAction(feedShell(command, args.executable ?? '/bin/sh'), [reveal(command)], args, context);
  },
});

/** `raw`: the same, as there is always a shell and never a Python. */
export const rawModule = defineModule({
  name: 'ansible.builtin.raw',
  params: { cmd: { type: 'text' }, executable: { type: 'str' } },
  freeForm: 'cmd',
  run(args, context): Action {
    const command = text(args.cmd, context);
    return scriptAction(feedShell(command, args.executable ?? '/bin/sh'), [reveal(command)], {}, context);
  },
});

/** `script`: a file of the project that runs on the host. */
export const scriptModule = defineModule({
  name: 'ansible.builtin.script',
  params: {
    cmd: { type: 'text' },
    chdir: { type: 'str' },
    creates: { type: 'str' },
    removes: { type: 'str' },
    executable: { type: 'str' },
    decrypt: { type: 'raw', ignored: 'vault files are always decrypted' },
  },
  freeForm: 'cmd',
  run(args, context): Action {
    const [name, ...words] = splitWords(text(args.cmd, context));
    const source = sourceFile(reveal(name ?? ''), 'files', context);
    if (source.isBinary)
      throw badParameter(context.position, 'script', 'cmd', 'the file is a program, not a script');
    const run = sh`gd_script=$(mktemp); trap 'rm -f -- "$gd_script"' EXIT
${feed(source.text, sh`cat >"$gd_script"`)}
chmod 0700 -- "$gd_script"
${args.executable === undefined ? sh`"$gd_script"` : sh`${args.executable} "$gd_script"`} ${words}`;
    const action = scriptAction(run, [source.name, ...words.map(reveal)], args, context);
    const { already } = action;
    return already ? { ...action, already: new Map([...already, ['skipped', true]]) } : action;
  },
});

function text(cmd: Text | undefined, context: ModuleContext): Text {
  if (cmd === undefined || reveal(cmd).trim() === '')
    throw badParameter(context.position, 'command', 'cmd', 'there is nothing to run');
  return cmd;
}

function argvOf(argv: Value, context: ModuleContext): readonly Text[] {
  if (!isList(argv) || argv.length === 0)
    throw badParameter(context.position, 'command', 'argv', 'it must be a list of words');
  return argv.map((word) => {
    if (isList(word) || isDict(word))
      throw badParameter(context.position, 'command', 'argv', 'each word must be a text');
    return textOfScalar(word);
  });
}

/** `$HOME` and `${HOME}` in a word are variables of the host, and `~` its user's home, as Python's expandvars does. */
function programWord(word: Text, expands: boolean): Script {
  if (!expands || typeof word !== 'string' || !/[$~]/.test(word)) return sh`${[word]}`;
  const parts = word.split(/(\$\{?[A-Za-z_][A-Za-z0-9_]*\}?|^~(?=\/|$))/);
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const name = /^\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?$/.exec(part)?.[1];
      if (part === '~') return sh`"$HOME"`;
      if (name === undefined) return sh`${part}`;
      // As in Ansible, a variable that nobody has set stays as it is written.
      const variable = sh`${name}`;
      return part.startsWith('${')
        ? sh`"\${${variable}-\\$\{${variable}\\}}"`
        : sh`"\${${variable}-\\$${variable}}"`;
    })
    .reduce((all, one) => sh`${all}${one}`);
}

/** The shell's text goes in by standard input when it holds a secret, as an argument would be seen by others. */
function feedShell(command: Text, executable: string): Script {
  if (typeof command === 'string') return sh`${executable} -c ${command}`;
  return sh`gd_text=${command}; printf '{ %s\n} </dev/null\n' "$gd_text" | ${executable} -s`;
}

type Guards = {
  readonly chdir?: string | undefined;
  readonly creates?: string | undefined;
  readonly removes?: string | undefined;
  readonly stdin?: Text | undefined;
  readonly stdin_add_newline?: boolean | undefined;
  readonly strip_empty_ends?: boolean | undefined;
};

function scriptAction(
  run: Script,
  words: readonly string[],
  guards: Guards,
  context: ModuleContext,
): ScriptAction {
  const { stdin, stdin_add_newline: newline = true } = guards;
  const fed = stdin === undefined ? run : feed(stdin, newline ? sh`{ cat; echo; } | ${run}` : run);
  const as = { user: context.user, environment: context.environment, chdir: guards.chdir };
  const done = guardOf(guards, as);
  return {
    type: 'script',
    script: runAs(fed, as),
    ...(done && { done, already: skippedCommand(guards, words) }),
    isReading: false,
    result: (output) => commandResult(output, words, guards.strip_empty_ends),
  };
}

/** What Ansible says of a command whose guard tells that it isn't needed. */
function skippedCommand({ creates, removes }: Guards, words: readonly string[]): Result {
  const [path, state] = creates === undefined ? [removes, 'does not exist'] : [creates, 'exists'];
  return new Map<string, Value>([
    ...commandResult({ code: 0, stdout: `skipped, since ${path} ${state}`, stderr: '' }, words),
    ['changed', false],
    ['msg', `Did not run command since '${path}' ${state}`],
  ]);
}

function guardOf({ creates, removes, chdir }: Guards, as: { user: string }): Script | undefined {
  if (creates === undefined && removes === undefined) return undefined;
  const exists = (pattern: string): Script =>
    sh`for gd_path in ${globbed(pattern)}; do test -e "$gd_path" && exit 0; done; exit 1`;
  const tests = steps(
    creates !== undefined && sh`( ${exists(creates)} ) && exit 0`,
    removes !== undefined && sh`( ${exists(removes)} ) || exit 0`,
    sh`exit 1`,
  );
  return sh`( ${runAs(tests, { user: as.user, environment: [], chdir })} )`;
}

/** creates and removes may be patterns: what is no star, question mark or bracket is quoted. */
function globbed(pattern: string): Script {
  return pattern
    .split(/([*?]|\[[^\]/']+\]|^~(?=\/|$))/)
    .filter((part) => part !== '')
    .map((part) =>
      /^(?:[*?]|\[[A-Za-z0-9_.-]+\])$/.test(part) ? wild(part) : part === '~' ? sh`"$HOME"` : sh`${part}`,
    )
    .reduce((all, one) => sh`${all}${one}`);
}

const WILD: Readonly<Record<string, Script>> = { '*': sh`*`, '?': sh`?` };

function wild(part: string): Script {
  const inner = part.slice(1, -1);
  return WILD[part] ?? sh`[${sh`${inner}`}]`;
}

/** What Ansible's command modules return. */
export function commandResult(
  { code, stdout, stderr }: RunOutput,
  words: readonly string[] = [],
  strips = true,
): Result {
  const kept = (text: string): string => (strips ? text.replace(/[\r\n]+$/, '') : text);
  const [out, err] = [kept(stdout), kept(stderr)];
  return new Map<string, Value>([
    ['changed', true],
    ['failed', code !== 0],
    ['rc', code],
    ['stdout', out],
    ['stdout_lines', linesOf(out)],
    ['stderr', err],
    ['stderr_lines', linesOf(err)],
    ['cmd', words.length === 1 ? (words[0] ?? '') : words],
    ['msg', code === 0 ? '' : 'non-zero return code'],
  ]);
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}
