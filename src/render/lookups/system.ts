/** Lookups that leave the project: the environment, commands, URLs, and stored passwords. */
import { Fault } from '../fault.ts';
import { isSequence } from '../filters/arguments.ts';
import { joinPath } from '../filters/paths.ts';
import { shaCryptLetters } from '../filters/sha-crypt.ts';
import type { Tools } from '../plugin.ts';
import { listItems } from '../python/iterate.ts';
import { randomBelow, randomFromText } from '../python/mersenne.ts';
import { str } from '../python/repr.ts';
import { splitLines, strip } from '../python/text.ts';
import type { PyValue } from '../python/value.ts';
import { forbidden, type Lookup, type Options, optionFlag, withPairs } from './lookup.ts';

const environment: Lookup = (tools, terms, options) =>
  terms.map((term) => {
    if (!tools.access.environment) throw forbidden('read the environment');
    const otherwise = options.get('default');
    return tools.access.environment(str(term).split(/\s+/)[0] ?? '') ?? (otherwise === undefined ? '' : otherwise);
  });

function runCommand(tools: Tools, command: string): string {
  if (!tools.access.run) throw forbidden('run commands on this machine');
  const { code, stdout } = tools.access.run(command);
  if (code !== 0) throw new Fault('other', `the command of a lookup returned ${code}`);
  return stdout;
}

const pipe: Lookup = (tools, terms) =>
  terms.map((term) => strip(runCommand(tools, str(term)), undefined, 'right'));

const lines: Lookup = (tools, terms) => terms.flatMap((term) => splitLines(runCommand(tools, str(term))));

const url: Lookup = (tools, terms, options) =>
  terms.flatMap((term) => {
    if (!tools.access.fetch) throw forbidden('fetch URLs');
    const text = tools.access.fetch(str(term));
    return optionFlag(options, 'split_lines', true) ? splitLines(text) : [text];
  });

const CLASSES: Record<string, string> = {
  ascii_letters: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ascii_lowercase: 'abcdefghijklmnopqrstuvwxyz',
  ascii_uppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
  hexdigits: '0123456789abcdefABCDEF',
  octdigits: '01234567',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
};

const password: Lookup = (tools, terms, options) =>
  terms.map((term) => {
    const [name = '', ...words] = str(term).split(' ');
    const own = withPairs(options, words);
    if (name === '/dev/null') return makePassword(tools, own);
    const path = joinPath([tools.access.searchPath[0] ?? '/', name]);
    return storedPassword(tools, path) ?? storePassword(tools, path, makePassword(tools, own));
  });

function storedPassword(tools: Tools, path: string): string | undefined {
  const bytes = tools.access.readFile?.(path);
  return bytes && (Buffer.from(bytes).toString('utf8').split(' salt=')[0] ?? '').trimEnd();
}

function storePassword(tools: Tools, path: string, made: string): string {
  if (!tools.access.writeFile) throw forbidden('write password files');
  tools.access.writeFile(path, `${made}\n`);
  return made;
}

const charClasses = (chars: PyValue | undefined): string[] =>
  chars === undefined || chars === null
    ? ['ascii_letters', 'digits', '.,:-_']
    : isSequence(chars)
      ? listItems(chars).map(str)
      : str(chars).replaceAll(',,', '\0').split(',');

function makePassword(tools: Tools, options: Options): string {
  const length = Number(str(options.get('length') ?? 20));
  if (!Number.isInteger(length) || length < 0 || length > 10_000)
    throw new Fault('value', 'a password has a length from 0 to 10000');
  const classes = charClasses(options.get('chars'));
  const letters = classes.map((name) => CLASSES[name] ?? name.replaceAll('\0', ',')).join('') || shaCryptLetters;
  const seed = options.get('seed');
  const random = seed === undefined || seed === null ? undefined : randomFromText(str(seed));
  const below = (end: number) =>
    random ? Number(randomBelow(random, BigInt(end))) : Math.floor(tools.access.random() * end);
  return Array.from({ length }, () => letters.charAt(below(letters.length))).join('');
}

export const SYSTEM_LOOKUPS: Readonly<Record<string, Lookup>> = { env: environment, lines, password, pipe, url };
