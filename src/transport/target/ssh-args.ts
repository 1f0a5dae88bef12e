/** Options for ssh as they stand in ansible_ssh_common_args and its like: `-o`, `-J`, `-i`, `-p`, `-l`, `-F`. */
import type { HostOptions } from './ssh-config.ts';

/** What the options mean. */
export type SshArgs = {
  /** As if they stood in an ssh_config, names in lower case. */
  readonly options: HostOptions;
  /** Configuration files (`-F`). */
  readonly configFiles: readonly string[];
  /** Words that nobody understands here. */
  readonly unknown: readonly string[];
};

const WITH_VALUE: Readonly<Record<string, string>> = {
  J: 'proxyjump',
  i: 'identityfile',
  l: 'user',
  p: 'port',
  F: 'f',
  o: 'o',
};

/** Flags about terminals, verbosity and forwarding, none of which a run of gatdeploy has a use for. */
const WITHOUT_EFFECT = /^-[46CTtqvxXYNnfkKgaMs]+$/;

/** Reads the words of several such variables; what comes first counts. */
export function parseSshArgs(texts: readonly string[]): SshArgs {
  const options = new Map<string, string[]>();
  const configFiles: string[] = [];
  const unknown: string[] = [];
  const words = texts.flatMap(splitWords);
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const option = readOption(word, words);
    if (option?.name === 'f') configFiles.push(option.value);
    else if (option) addOption(options, option);
    else if (!WITHOUT_EFFECT.test(word)) unknown.push(word);
  }
  return { options, configFiles, unknown };
}

type Option = { readonly name: string; readonly value: string };

/** Reads `-p 22`, `-p22`, `-o Port=22` or `-oPort=22`; the value may be the next word, which is taken then. */
function readOption(word: string, rest: string[]): Option | undefined {
  const name = word.startsWith('-') ? WITH_VALUE[word[1] ?? ''] : undefined;
  const value = name && (word.length > 2 ? word.slice(2) : rest.shift());
  if (name === undefined || value === undefined) return undefined;
  if (name !== 'o') return { name, value };
  const [, key, text] = /^\s*([^\s=]+)(?:\s*=\s*|\s+)?(.*)$/s.exec(value) ?? [];
  return { name: (key ?? '').toLowerCase(), value: text ?? '' };
}

function addOption(options: Map<string, string[]>, { name, value }: Option): void {
  const before = options.get(name);
  if (before === undefined) options.set(name, valuesOf(name, value));
  else if (name === 'identityfile') before.push(value);
}

/** A jump host as ProxyJump names it, or as `ProxyCommand ssh -W %h:%p` does, with options for the jump host itself. */
export type Hop = { readonly host: string; readonly args: SshArgs };

/** Reads the value of ProxyJump: `user@host:port,…`, or ssh:// addresses; `none` means no jump. */
export function parseProxyJump(value: string): Hop[] {
  if (value.toLowerCase() === 'none' || value.trim() === '') return [];
  return value.split(',').map((hop) => {
    const [, user, host, port] = /^(?:ssh:\/\/)?(?:(.*)@)?(.+?)(?::(\d+))?$/.exec(hop.trim()) ?? [];
    const options = new Map<string, string[]>();
    if (user !== undefined) options.set('user', [user]);
    if (port !== undefined) options.set('port', [port]);
    return { host: unbracket(host ?? ''), args: { options, configFiles: [], unknown: [] } };
  });
}

/**
 * Reads the one ProxyCommand in wide use, which means the same as ProxyJump; undefined for any other command.
 * @example `ssh -q -W %h:%p admin@bastion.example.org`
 */
export function parseJumpCommand(command: string): Hop | undefined {
  const words = splitWords(command);
  if (!/^(\/usr\/bin\/)?ssh$/.test(words.shift() ?? '')) return undefined;
  const forward = words.indexOf('-W');
  if (forward < 0 || !/^\[?%h\]?:%p$/.test(words[forward + 1] ?? '')) return undefined;
  words.splice(forward, 2);
  const { options, configFiles, unknown } = parseSshArgs([words.map(quote).join(' ')]);
  const [jump] = unknown.length === 1 ? parseProxyJump(unknown[0] ?? '') : [];
  if (!jump || unknown[0]?.startsWith('-')) return undefined;
  return {
    host: jump.host,
    args: { options: new Map([...options, ...jump.args.options]), configFiles, unknown: [] },
  };
}

/** Splits words as a shell does, without expanding anything in them. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [piece, double, single, escaped] of text.matchAll(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|\s+|[^\s"'\\]+|./gs,
  )) {
    if (/^\s/.test(piece)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + (double?.replace(/\\(["\\$`])/g, '$1') ?? single ?? escaped ?? piece);
  }
  return word === undefined ? words : [...words, word];
}

function valuesOf(name: string, value: string): string[] {
  return /^(user|global)knownhostsfile$/.test(name) ? splitWords(value) : [value.replace(/^"(.*)"$/, '$1')];
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function unbracket(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
