/** Events as JSON, one a line: what programs read. New fields may come; a change of what is there raises the schema. */
import { GatError, Problems, type Where } from '../../base/errors.ts';
import type { RunEvent } from '../../base/events.ts';
import { maskKnown } from '../../base/secret.ts';
import { BUG } from '../error.ts';

/** The version of all shapes that are printed. */
export const SCHEMA = 1;

/** What can stand in a record. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** An event of the output; `type` says which. */
export type JsonRecord = { readonly type: string; readonly [key: string]: Json | undefined };

/** Renders a record as one line, with the schema's version in front; secrets are hidden in every text and key. */
export function renderJson(record: JsonRecord): string {
  const { type, ...rest } = record; // what the type is called is ours, whatever a secret is
  return `${JSON.stringify({ schema: SCHEMA, type, ...maskedEntries(rest) }).replace(UNSAFE, escapeUnit)}\n`;
}

/** What JSON may hold as it is, but a terminal or a CI runner could obey; escaped it means the same. */
const UNSAFE = /[\u007F-\u009F\p{Cf}\p{Zl}\p{Zp}]|(?<=#)#|(?<=section_(?:start|end)):/gu;

function escapeUnit(text: string): string {
  return [...Array(text.length).keys()]
    .map((index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
}

/** A value whose texts and keys hide known secrets. */
export function maskedJson(value: Json): Json {
  return masked(value);
}

function masked(value: Json): Json {
  if (typeof value === 'string') return maskKnown(value);
  if (value === null || typeof value !== 'object') return value;
  return Array.isArray(value) ? value.map(masked) : maskedEntries(value as JsonObject);
}

type JsonObject = { readonly [key: string]: Json | undefined };

function maskedEntries(value: JsonObject): JsonObject {
  const entries = Object.entries(value).flatMap(([key, item]): [string, Json][] =>
    item === undefined ? [] : [[maskKnown(key), masked(item)]],
  );
  return Object.fromEntries(entries);
}

/** An event of the run as a record. */
export function eventRecord(event: RunEvent): JsonRecord {
  if (!('error' in event) || event.error === undefined) return event as JsonRecord;
  return { ...event, error: errorRecord(event.error) } as JsonRecord;
}

/** An error as JSON; of a bug the stack too. */
export function errorRecord(error: unknown): Json {
  if (error instanceof GatError) {
    const { code, what, why, fix } = error;
    const cause = error.cause instanceof GatError ? errorRecord(error.cause) : undefined;
    return { code, class: error.class, what, where: error.where.map(placeRecord), why, fix, cause };
  }
  if (error instanceof Error)
    return { code: BUG, class: 'bug', what: error.message, where: [], stack: error.stack };
  return { code: BUG, class: 'bug', what: String(error), where: [] };
}

/** All errors that one thrown thing stands for. */
export function errorRecords(error: unknown): readonly Json[] {
  return error instanceof Problems ? error.errors.map(errorRecord) : [errorRecord(error)];
}

function placeRecord(where: Where): Json {
  return { ...where };
}
