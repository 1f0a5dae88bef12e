/**
 * What holds for the evaluation that is going on right now. Evaluation is synchronous, so one record is enough:
 * whether a filter has read a secret's text, whether only redacted text may be read, and whether touching an
 * undefined value inside a container fails at once.
 */
import { Secret, type Text } from '../../base/secret.ts';

export const ambient = { reveals: 0, redacting: false, tripping: false };

/** Returns the text for an operation on it and notes that a secret was read; only its redacted form while redacting. */
export function readText(text: Text): string {
  if (typeof text === 'string') return text;
  ambient.reveals++;
  return ambient.redacting ? text.redacted : text.reveal();
}

/** Runs with other settings of the ambient record and puts the old ones back. */
export function withAmbient<T>(settings: { redacting?: boolean; tripping?: boolean }, run: () => T): T {
  const { redacting, tripping } = ambient;
  Object.assign(ambient, settings);
  try {
    return run();
  } finally {
    Object.assign(ambient, { redacting, tripping });
  }
}

/** Runs a text operation; when it read a secret, the result is a Secret that shows what the redacted input gives. */
export function redactedText(run: () => string): Text {
  const before = ambient.reveals;
  const text = run();
  if (ambient.reveals === before || ambient.redacting) return text;
  return new Secret(text, withAmbient({ redacting: true }, run));
}

/** Runs a text operation; when it read a secret, the result is a Secret that shows nothing. */
export function maskedText(run: () => string): Text {
  const before = ambient.reveals;
  const text = run();
  return ambient.reveals === before ? text : new Secret(text);
}
