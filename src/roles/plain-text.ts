/** Options that are names, paths or words wherever they come from: a file may be encrypted as a whole. */
import { Secret } from '../base/secret.ts';

/** The text itself, or undefined where the value is none. Not for passwords: what it gives is not kept from arguments. */
export function plainText(value: unknown): string | undefined {
  if (value instanceof Secret) return value.reveal();
  return typeof value === 'string' ? value : undefined;
}
