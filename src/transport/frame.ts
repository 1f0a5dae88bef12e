/**
 * The frame around a script's output: random words before and after it, so that greetings of a login shell, `motd` and
 * profiles are told apart from the script's own bytes, and no output can forge an end.
 */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Script, sh } from '../base/shell.ts';

/** The random words of one script. */
export type Frame = { readonly start: string; readonly end: string };

/** What comes after the frame's last word: an exit code, or why the script was not started. */
export type FrameStatus = { readonly code: number } | { readonly failure: string };

const PATHS = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const STATUS_BYTES = 64;
const NOISE_BYTES = 4096;

/** Makes a frame that nobody can guess. */
export function makeFrame(): Frame {
  const word = randomBytes(16).toString('hex');
  return { start: `@@gatdeploy-start-${word}\n`, end: `@@gatdeploy-end-${word} ` };
}

/**
 * Puts a script into its frame. The braces make the shell read all of it before anything runs, and `eval` keeps even
 * a syntax error inside, so that no program can eat the rest of the standard input and the end always comes.
 */
export function framed(script: Script, frame: Frame): Script {
  return sh`{
${environment}
${mark(frame.start)}
( eval ${script.text} ) </dev/null
${endMark(frame, sh`$?`)}
exit 0
}
`;
}

/** The word with which a packed script tells that the host lacks what unpacks it. */
export const NOT_UNPACKED = 'not-unpacked';

/** What a script ends with that was unpacked completely. */
const COMPLETE = '\n#complete';

/**
 * The same for a long script, compressed: quoting twice makes a probe of 13 KiB three times as long, and more than a
 * network takes before it waits for an answer. Nothing is run unless it came out complete. What comes out of this is for the
 * host's standard input alone: packed, its secrets are no longer known as such.
 */
export function framedPacked(script: Script, frame: Frame): Script {
  const packed = gzipSync(script.source + COMPLETE).toString('base64');
  return sh`{
${environment}
gd_script=$(printf %s ${packed} | base64 -d 2>/dev/null | gzip -dc 2>/dev/null)
case $gd_script in
*${COMPLETE})
${mark(frame.start)}
( eval "$gd_script" ) </dev/null
${endMark(frame, sh`$?`)};;
*)
${endMark(frame, sh`${NOT_UNPACKED}`)};;
esac
exit 0
}
`;
}

/** The surroundings that each script gets, whatever the login shell and its profile set up; what crashes leaves no dump of its memory. */
export const environment: Script = sh`cd /; umask 022; ulimit -c 0; LC_ALL=C; PATH=$PATH:${PATHS}; export LC_ALL PATH`;

/** The end of the frame, with the exit code or a word that tells why the script was not started. */
export function endMark(frame: Frame, status: Script): Script {
  const [first, second] = halves(frame.end);
  return sh`set -- "${status}"; printf '%s%s%s\\n' ${first} ${second} "$1"; printf '%s%s%s\\n' ${first} ${second} "$1" >&2`;
}

/** Turns one stream of a framed script back into the script's own bytes. */
export type FrameReader = {
  push(chunk: Buffer): void;
  /** The script's bytes that are held back because they might begin the frame's end; for a stream that broke off. */
  flush(): void;
  /** Whether the script has started. */
  readonly started: boolean;
  /** Set once the end has come. */
  readonly status: FrameStatus | undefined;
  /** What came before the script, at most 4 KiB: the only clue when it never starts. */
  readonly noise: string;
};

/** Reads one stream of a framed script, handing its own bytes to `onBody` as they come. */
export function readFrame(frame: Frame, onBody: (chunk: Buffer) => void): FrameReader {
  const reading: Reading = {
    start: Buffer.from(frame.start),
    end: Buffer.from(frame.end),
    onBody,
    part: 'noise',
    pending: Buffer.alloc(0),
    noise: Buffer.alloc(0),
    started: false,
    status: undefined,
  };
  return {
    push(chunk) {
      if (reading.part === 'done') return;
      reading.pending = reading.pending.length === 0 ? chunk : Buffer.concat([reading.pending, chunk]);
      if (reading.part === 'noise') readNoise(reading);
      if (reading.part === 'body') readBody(reading);
      if (reading.part === 'status') readStatus(reading);
    },
    flush() {
      if (reading.part === 'body' && reading.pending.length > 0) onBody(reading.pending);
      if (reading.part === 'noise') keepNoise(reading, reading.pending);
      reading.pending = Buffer.alloc(0);
    },
    get started() {
      return reading.started;
    },
    get status() {
      return reading.status;
    },
    get noise() {
      return reading.noise.toString();
    },
  };
}

/** Where a reader stands: which part of the frame comes next, and the bytes that are not yet told apart. */
type Reading = {
  readonly start: Buffer;
  readonly end: Buffer;
  readonly onBody: (chunk: Buffer) => void;
  part: 'noise' | 'body' | 'status' | 'done';
  pending: Buffer;
  noise: Buffer;
  started: boolean;
  status: FrameStatus | undefined;
};

function readNoise(reading: Reading): void {
  const begun = reading.pending.indexOf(reading.start);
  const ended = reading.pending.indexOf(reading.end);
  reading.started = begun >= 0 && (ended < 0 || begun < ended);
  if (reading.started) keepNoise(reading, takeUntil(reading, begun, 'body'));
  else if (ended >= 0) keepNoise(reading, takeUntil(reading, ended, 'status'));
  else keepNoise(reading, takeCertain(reading, [reading.start, reading.end]));
}

function readBody(reading: Reading): void {
  const ended = reading.pending.indexOf(reading.end);
  const body = ended >= 0 ? takeUntil(reading, ended, 'status') : takeCertain(reading, [reading.end]);
  if (body.length > 0) reading.onBody(body);
}

function readStatus(reading: Reading): void {
  const line = reading.pending.indexOf('\n');
  if (line < 0 && reading.pending.length < STATUS_BYTES) return;
  reading.status = parseStatus(reading.pending.subarray(0, line < 0 ? STATUS_BYTES : line).toString('latin1'));
  reading.part = 'done';
}

/** Takes what stands before the mark of the next part, and drops the mark. */
function takeUntil(reading: Reading, at: number, next: 'body' | 'status'): Buffer {
  const { pending } = reading;
  reading.pending = pending.subarray(at + (next === 'body' ? reading.start : reading.end).length);
  reading.part = next;
  return pending.subarray(0, at);
}

/** Takes what cannot be the beginning of a mark; the rest waits for the next chunk. */
function takeCertain(reading: Reading, marks: readonly Buffer[]): Buffer {
  const { pending } = reading;
  const held = Math.max(...marks.map((mark) => overlap(pending, mark)));
  reading.pending = pending.subarray(pending.length - held);
  return pending.subarray(0, pending.length - held);
}

function keepNoise(reading: Reading, bytes: Buffer): void {
  reading.noise = Buffer.concat([reading.noise, bytes]).subarray(-NOISE_BYTES);
}

/** How many bytes at the end of `bytes` could be the beginning of `mark`. */
function overlap(bytes: Buffer, mark: Buffer): number {
  for (let size = Math.min(bytes.length, mark.length - 1); size > 0; size--) {
    if (bytes.subarray(bytes.length - size).equals(mark.subarray(0, size))) return size;
  }
  return 0;
}

function parseStatus(text: string): FrameStatus {
  return /^\d+$/.test(text) ? { code: Number(text) } : { failure: text };
}

/** The words travel in two halves: a shell that repeats the script in an error message does not repeat the word. */
function mark(text: string): Script {
  const [first, second] = halves(text.trimEnd());
  return sh`printf '%s%s\\n' ${first} ${second}; printf '%s%s\\n' ${first} ${second} >&2`;
}

function halves(text: string): [string, string] {
  return [text.slice(0, text.length >> 1), text.slice(text.length >> 1)];
}
