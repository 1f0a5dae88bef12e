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

/**
 * A shorter text of letters alone may be a word, or a part of one: hidden within others it would take error codes, file names and
 * prose with it, so it must stand by itself.
 */
const MIN_WITHIN = 8;
const WORDLIKE = /^[\p{L}._:/-]+$/u;
const GOES_BEFORE = /[\p{L}\p{N}_./-]$/u;
const GOES_ON = /^(?:[\p{L}\p{N}_/-]|\.[\p{L}\p{N}]|:\d)/u;

/** A text cut short still gives its beginning away: from this length on, and at least half of it, it is hidden too. */
const MIN_PREFIX = 8;
/** Of secrets that begin alike so many are looked at for a beginning. */
const MOST_ALIKE = 100;

/** Names that everybody reads, such as those of packages and users: a text that equals one can't be kept secret. */
const publicNames = new Set<string>();
const met = new Set<string>();
const pending: string[] = [];
/** Forms that begin with the same letters: by length for finding whole ones, in order for finding beginnings. */
type Bucket = {
  readonly byLength: Map<number, Set<string>>;
  lengths: readonly number[];
  ordered: string[] | undefined;
};
const index = new Map<string, Bucket>();

/** Short texts without a secret: machine-readable output says the same few words again and again. */
const clean = new Set<string>();
const MOST_CLEAN = 10_000;
const SHORT = 80;

/** Remembers a secret text; too short or too common ones are left out. Cheap: the forms are made when first needed. */
export function rememberSecret(text: string): void {
  for (const atom of atomsOf(text)) {
    if (met.has(atom) || publicNames.has(atom)) continue;
    met.add(atom);
    pending.push(atom);
  }
}

/** Takes names out of what is hidden: a weak password that equals one would blank each line that says it (S4). */
export function showNames(names: Iterable<string>): void {
  let wasHidden = false;
  for (const name of names) {
    publicNames.add(name);
    wasHidden = met.delete(name) || wasHidden;
  }
  if (!wasHidden) return;
  index.clear();
  pending.splice(0, pending.length, ...met);
}

/** Knows nothing again: for a process that looks at one project after another, as tests do. */
export function forgetSecrets(): void {
  publicNames.clear();
  met.clear();
  pending.length = 0;
  index.clear();
  clean.clear();
}

/** Replaces every known secret in a text, as it is or encoded, by `***`. */
export function maskKnown(text: string): string {
  indexPending();
  if (index.size === 0 || text.length < MIN_LENGTH || clean.has(text)) return text;
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
  if (kept > 0) return shown.join('') + text.slice(kept);
  if (text.length <= SHORT && clean.size < MOST_CLEAN) clean.add(text);
  return text;
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
  if (pending.length > 0) clean.clear();
  for (const atom of pending.splice(0)) {
    for (const form of encodedForms(atom)) addForm(form);
  }
}

function addForm(form: string): void {
  const start = form.slice(0, MIN_LENGTH);
  const bucket: Bucket = index.get(start) ?? { byLength: new Map(), lengths: [], ordered: undefined };
  const same = bucket.byLength.get(form.length);
  if (same) same.add(form);
  else {
    bucket.byLength.set(form.length, new Set([form]));
    bucket.lengths = [...bucket.byLength.keys()].sort((a, b) => b - a);
  }
  bucket.ordered = undefined;
  index.set(start, bucket);
}

/** How many characters at this place belong to a secret. */
function secretAt(text: string, at: number): number {
  const bucket = index.get(text.slice(at, at + MIN_LENGTH));
  if (!bucket) return 0;
  const whole = bucket.lengths.find((length) => {
    const form = text.slice(at, at + length);
    return bucket.byLength.get(length)?.has(form) && !isInWord(form, text, at);
  });
  return whole ?? cutLength(text, at, bucket);
}

function isInWord(form: string, text: string, at: number): boolean {
  if (form.length >= MIN_WITHIN || !WORDLIKE.test(form)) return false;
  const end = at + form.length;
  return GOES_BEFORE.test(text.slice(Math.max(0, at - 2), at)) || GOES_ON.test(text.slice(end, end + 3));
}

/** How much of a secret stands here when the text was cut off in the midst of it, else 0. */
function cutLength(text: string, at: number, bucket: Bucket): number {
  const longest = bucket.lengths[0] ?? 0;
  const rest = /^.*?(?=\r?\n|…|\.\.\.|$)/s.exec(text.slice(at, at + longest))?.[0] ?? '';
  if (rest.length < MIN_PREFIX) return 0;
  bucket.ordered ??= [...bucket.byLength.values()].flatMap((forms) => [...forms]).sort();
  const place = firstAtLeast(bucket.ordered, rest);
  for (const form of bucket.ordered.slice(place, place + MOST_ALIKE)) {
    if (!form.startsWith(rest)) return 0;
    if (rest.length >= form.length / 2) return rest.length;
  }
  return 0;
}

/** Where in a sorted list the first text stands that is not before this one. */
function firstAtLeast(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
