/**
 * Text that holds a secret: it travels with a redacted form of itself, which is what every ordinary rendering shows.
 * A password inside a URL hides only the password, so that a diff stays useful.
 */
import { inspect } from 'node:util';
import { MASK, rememberSecret } from './mask.ts';

export { maskKnown } from './mask.ts';

/** A text whose ordinary renderings (`String(s)`, JSON, `console.log`) show the redacted form only. */
export class Secret {
  readonly #source: string;
  readonly redacted: string;

  /** @param redacted what is shown instead; with the default the text itself becomes known to `maskKnown` */
  constructor(source: string, redacted: string = MASK) {
    this.#source = source;
    this.redacted = redacted;
    if (redacted === MASK) rememberSecret(source);
  }

  /** Returns the text itself; called only where it goes to a host's standard input or to a file of mode 0600. */
  reveal(): string {
    return this.#source;
  }

  toString(): string {
    return this.redacted;
  }

  toJSON(): string {
    return this.redacted;
  }

  [inspect.custom](): string {
    return `Secret(${this.redacted})`;
  }
}

/** A text that may hold a secret. */
export type Text = string | Secret;

/** Returns the real text, whichever kind it is. */
export function reveal(text: Text): string {
  return typeof text === 'string' ? text : text.reveal();
}

/** Returns what may be shown of a text. */
export function redact(text: Text): string {
  return typeof text === 'string' ? text : text.redacted;
}

/** Joins texts; the result is a Secret when a part is one, and hides just those parts. */
export function joinText(parts: readonly Text[], separator = ''): Text {
  if (parts.every((part): part is string => typeof part === 'string')) return parts.join(separator);
  return new Secret(parts.map(reveal).join(separator), parts.map(redact).join(separator));
}

/** Applies a function to the text and, when it is a Secret, to its redacted form as well (indenting, trimming). */
export function mapText(text: Text, change: (text: string) => string): Text {
  return typeof text === 'string' ? change(text) : new Secret(change(text.reveal()), change(text.redacted));
}
