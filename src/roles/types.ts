/** The types that roles' variables are made of; they accept what Ansible users write (`'5672'` for a port, `yes` as text). */
import { z } from 'zod';
import { Secret, type Text } from '../base/secret.ts';
import type { Scalar, Value } from '../base/value.ts';

/** A text that may hold a secret. A number is taken as its digits, as YAML users leave quotes out. */
export const text: z.ZodType<Text> = z.union([z.string(), z.instanceof(Secret), z.number().transform(String)]);

/** A text that is shown and compared, so never a secret. */
export const word: z.ZodType<string> = z.union([z.string(), z.number().transform(String)]);

/** A whole number, also written as text. */
export const int: z.ZodType<number> = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);

const TRUE = /^(?:true|yes|on|1)$/i;
const FALSE = /^(?:false|no|off|0)$/i;

/** A boolean, also as the words that Ansible's `bool` filter takes. */
export const bool: z.ZodType<boolean> = z.union([
  z.boolean(),
  z
    .string()
    .regex(TRUE)
    .transform(() => true),
  z
    .string()
    .regex(FALSE)
    .transform(() => false),
]);

/** What a list looks like that was given as text, as `-e name=["a"]` does, in Ansible too. */
const LIST_AS_TEXT = /^\s*\[\s*(?:["'{].*)?\]\s*$/s;

/** One or many: a single item counts as a list of one, unless it is a whole list that was given as text. */
export function listOf<T>(item: z.ZodType<T>): z.ZodType<readonly T[]> {
  return z
    .union([z.array(item), item.transform((one) => [one])])
    .refine(
      (all) => !all.some((one) => typeof one === 'string' && LIST_AS_TEXT.test(one)),
      `is text that looks like a list; on the command line write JSON: -e '{"name": ["a", "b"]}'`,
    );
}

/** A value that is handed on as it is, for variables that ask for `raw`: types and the order of its parts stay. */
export const raw = z.custom<Value>((value) => value !== undefined, 'must be defined');

/** A dictionary that is handed on as it is, for variables that ask for `raw`. */
export const dict = z
  .custom<ReadonlyMap<Scalar, Value>>((value) => value instanceof Map, 'must be a dictionary')
  .meta({ type: 'object' });
