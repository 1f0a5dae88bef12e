/**
 * The second net under `Secret`: every secret text that this process has met is known here by value, and is hidden
 * wherever it turns up, also in the forms that tools print it in. It can only help: `Secret` remains the rule.
 */
import { encodedForms } from './encodings.ts';

/** What stands for a hidden text. */
export const MASK = '***';

/** Shorter texts and these words occur by themselves; hiding them would make a log unreadable and protect nothing. */
const MIN_LENGTH = 5;
const MIN_DIGITS = 7;
const MIN_LINE = 8;
const COMMON = new Set(
  `absent active admin administrator ansible broker changed changeme cvmfs debian default disabled enabled error
example failed false galaxy guest latest local localhost master nginx password postgres postgresql present
production pulsar python rabbitmq reload restart running secret server service staging started state system systemd
testing ubuntu undefined username vagrant vault warning`.split(/\s+/),
);

/** A text cut short still gives its beginning away: from this length on, and at least half of it, it is hidden too. */
const MIN_PREFIX = 8;

const met = new Set<string>();
const pending: string[] = [];
/** All forms by their first letters, the longest first. */
const index = new Map<string, string[]>();

/** Remembers a secret text; too short or too common ones are left out. Cheap: the forms are made when first needed. */
export function rememberSecret(text: string): void {
  for (const atom of atomsOf(text)) {
    if (met.has(atom)) continue;
    met.add(atom);
    pending.push(atom);
  }
}

/** Replaces every known secret in a text, as it is or encoded, by `***`. */
export function maskKnown(text: string): string {
  indexPending();
  if (index.size === 0 || text.length < MIN_LENGTH) return text;
  const shown: string[] = [];
  let kept = 0;
  for (let at = 0; at <= text.length - MIN_LENGTH; ) {
    const length = secretAt(text, at);
    if (length === 0) {
      at++;
      continue;
    }
    shown.push(text.slice(kept, at), MASK);
    at += length;
    kept = at;
  }
  return kept === 0 ? text : shown.join('') + text.slice(kept);
}

/** The whole text; of one with several lines each line, but for the armour of keys; the password of a URL. */
function atomsOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const inside =
    lines.length > 1 ? lines.filter((line) => line.length >= MIN_LINE && !line.startsWith('-----')) : [];
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@]*?:([^/?#]*)@/i.exec(text)?.[1];
  return [text, text.trim(), ...inside, ...(password ? [password, decoded(password)] : [])].filter(isTelling);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isTelling(text: string): boolean {
  if (text.trim().length < MIN_LENGTH || COMMON.has(text.trim().toLowerCase())) return false;
  return !/^\d+$/.test(text) || text.length >= MIN_DIGITS;
}

function indexPending(): void {
  for (const atom of pending.splice(0)) {
    for (const form of encodedForms(atom)) addForm(form);
  }
}

function addForm(form: string): void {
  const start = form.slice(0, MIN_LENGTH);
  const forms = index.get(start) ?? [];
  if (forms.includes(form)) return;
  const place = forms.findIndex((other) => other.length < form.length);
  forms.splice(place < 0 ? forms.length : place, 0, form);
  index.set(start, forms);
}

/** How many characters at this place belong to a secret. */
function secretAt(text: string, at: number): number {
  const forms = index.get(text.slice(at, at + MIN_LENGTH));
  if (!forms) return 0;
  const whole = forms.find((form) => text.startsWith(form, at));
  if (whole) return whole.length;
  return Math.max(0, ...forms.map((form) => cutLength(text, at, form)));
}

/** How much of a form stands here when the text was cut off in the midst of it, else 0. */
function cutLength(text: string, at: number, form: string): number {
  let length = MIN_LENGTH;
  while (length < form.length && text[at + length] === form[length]) length++;
  if (length < Math.max(MIN_PREFIX, form.length / 2)) return 0;
  return /^(?:$|\r?\n|…|\.\.\.)/.test(text.slice(at + length, at + length + 3)) ? length : 0;
}
