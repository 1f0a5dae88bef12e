/** POSIX sh programs: the only way in which text reaches a host, always quoted. See sh(1p), "Quoting". */
import { joinText, mapText, redact, reveal, type Secret, type Text } from './secret.ts';

/** A POSIX sh program. Only `sh`, `steps` and the builders below make one, so that unquoted text can't get in. */
export class Script {
  readonly #text: Text;

  /** @internal use `sh` or `steps` */
  constructor(text: Text) {
    this.#text = text;
  }

  /** The program itself, secrets included: for a host's standard input only. */
  get source(): string {
    return reveal(this.#text);
  }

  /** The program with `***` for each secret: for logs, errors and plans. */
  get redacted(): string {
    return redact(this.#text);
  }

  /** Whether a secret is inside, so that it must not become an argument of a process. */
  get isSecret(): boolean {
    return typeof this.#text !== 'string';
  }

  /** @internal the text for joining scripts */
  get text(): Text {
    return this.#text;
  }

  toString(): string {
    return this.redacted;
  }

  toJSON(): string {
    return this.redacted;
  }
}

/** What may stand in `sh`: a text or number becomes one word, a list several, a Script is put in as it is. */
export type ShellValue = string | number | Secret | Script | readonly (string | number | Secret)[];

/**
 * Makes a script; each value is quoted as one word, a list as several, a Script goes in as it is.
 * @example sh`systemctl restart -- ${name}`
 */
export function sh(strings: TemplateStringsArray, ...values: readonly ShellValue[]): Script {
  const parts: Text[] = [strings[0] ?? ''];
  values.forEach((value, index) => {
    parts.push(renderValue(value), strings[index + 1] ?? '');
  });
  return new Script(joinText(parts));
}

/** Joins scripts as lines; false and undefined are left out. Each fails the whole when the host runs it with `set -e`. */
export function steps(...scripts: readonly (Script | false | undefined)[]): Script {
  return new Script(
    joinText(
      scripts.filter((script): script is Script => script instanceof Script).map((script) => script.text),
      '\n',
    ),
  );
}

/** The script that does nothing. */
export const nothing: Script = new Script('');

/** Whether a script has nothing to run. */
export function isNothing(script: Script): boolean {
  return script.source.trim() === '';
}

/** Feeds a text to a command's standard input with the shell's own printf, so that it is no argument of a process. */
export function feed(text: Text, command: Script): Script {
  return sh`printf %s ${text} | ${command}`;
}

/** Quotes a text as exactly one word. @throws Error when it holds a NUL byte, which no argument can carry */
export function quoteWord(text: string): string {
  if (text.includes('\0')) throw new Error('a shell word cannot hold a NUL byte');
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function renderValue(value: ShellValue): Text {
  if (value instanceof Script) return value.text;
  if (Array.isArray(value)) return joinText(value.map(renderWord), ' ');
  return renderWord(value as string | number | Secret);
}

function renderWord(word: string | number | Secret): Text {
  return mapText(typeof word === 'number' ? String(word) : word, quoteWord);
}
