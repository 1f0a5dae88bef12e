/** One setting of rabbitmq.conf. */
import { reveal, Secret, type Text } from '../../base/secret.ts';

/** One line: `listeners.ssl.default = 0.0.0.0:5671`. */
export type Setting = { readonly key: string; readonly value: Text };

/** A scalar as rabbitmq.conf writes it; Python's words for booleans are Erlang's in lower case. */
export function scalar(value: string | number | bigint | boolean | Secret): Text {
  const text = value instanceof Secret ? value : String(value);
  return /^(?:True|False)$/.test(reveal(text)) ? reveal(text).toLowerCase() : text;
}
