/** Runs one framed script in a shell that has been started, wherever that shell is. */
import { becoming } from './become/become.ts';
import { sudoFailed } from './become/errors.ts';
import { type Capture, captureOutput } from './capture.ts';
import type { Become, ExecOptions, ExecResult } from './connection.ts';
import { commandTimedOut, shellNotStarted } from './errors.ts';
import {
  type Frame,
  type FrameReader,
  framed,
  framedPacked,
  makeFrame,
  NOT_UNPACKED,
  readFrame,
} from './frame.ts';
import { isUserName } from './names.ts';
import type { ShellEnd } from './shell-end.ts';
import { unsafeValue } from './target/errors.ts';

/** A `/bin/sh -s` that waits for its script. */
export type Shell = {
  readonly write: (script: string) => void;
  /** Closes its standard input, for something in between that waits for more. */
  readonly endInput: () => void;
  /** Sets who reads its output; output that came before is delivered too. */
  readonly listen: (onChunk: (chunk: Buffer, stream: StreamName) => void) => void;
  /** Resolves when it is gone and all its output was delivered. @throws GatError ssh/lost */
  readonly ended: Promise<ShellEnd>;
  /** Lets go of it after the script's end, even if something in the background still holds its output open. */
  readonly release: () => void;
  /** Ends it, and what it runs as far as that is possible. */
  readonly kill: () => void;
};
export type StreamName = 'stdout' | 'stderr';

/** Which host a shell is on, and who runs it. */
export type Place = { readonly host: string; readonly user: string };

type Stream = { readonly capture: Capture; readonly reader: FrameReader };
type Streams = Record<StreamName, Stream>;

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** A profile that waits for a key eats the script; after this time it gets the end of its input. */
const START_MS = 5_000;

/** A script in its frame, ready to be sent. */
export type Prepared = {
  readonly place: Place;
  readonly frame: Frame;
  readonly source: string;
  readonly become: Become | undefined;
  readonly options: ExecOptions;
};

/** Shorter scripts fit into the first packets of any network as they are. */
const PACK_FROM_BYTES = 2048;

/** Thrown by `runFramed` when the host can't unpack a packed script; nothing has been run. */
export class NotUnpacked extends Error {}

/**
 * Frames a script before a shell is asked for; `packs` allows to compress it.
 * @throws GatError ssh/unsafe-value; Error when a word can't be quoted
 */
export function prepare(place: Place, options: ExecOptions, packs = false): Prepared {
  const become = options.become?.user === place.user ? undefined : options.become;
  if (become && !isUserName(become.user)) throw unsafeValue(place.host, 'become_user', become.user);
  const frame = makeFrame();
  const isLong = options.script.source.length >= PACK_FROM_BYTES;
  const script = packs && isLong ? framedPacked(options.script, frame) : framed(options.script, frame);
  return { place, frame, become, options, source: (become ? becoming(become, script, frame) : script).source };
}

/** Runs a script in a fresh shell. @throws GatError become/…, ssh/no-shell, ssh/lost, ssh/command-timeout; NotUnpacked */
export async function runFramed(
  shell: Shell,
  { place, frame, become, source, options }: Prepared,
): Promise<ExecResult> {
  const startedMs = performance.now();
  const openStream = (name: StreamName): Stream => {
    const capture = captureOutput(options.maxOutputBytes ?? MAX_OUTPUT_BYTES);
    const onBody = (chunk: Buffer) => {
      capture.push(chunk);
      options.onOutput?.(chunk, name);
    };
    return { capture, reader: readFrame(frame, onBody) };
  };
  const streams: Streams = { stdout: openStream('stdout'), stderr: openStream('stderr') };
  const finished = new Promise<undefined>((resolve) => {
    shell.listen((chunk, name) => {
      streams[name].reader.push(chunk);
      if (streams.stdout.reader.status && streams.stderr.reader.status) resolve(undefined);
    });
  });
  shell.write(source);
  const starting = setTimeout(() => !streams.stdout.reader.started && shell.endInput(), START_MS);
  const end = await firstEnd({ host: place.host, shell, finished, options }).finally(() => clearTimeout(starting));
  shell.release();
  for (const { reader } of Object.values(streams)) reader.flush();
  checkStarted(place, streams, { end, become });
  return resultOf(streams, end, performance.now() - startedMs);
}

type Race = { host: string; shell: Shell; finished: Promise<undefined>; options: ExecOptions };

/** Waits for the frame's end, the shell's end, the time limit or the caller, whichever comes first. */
async function firstEnd({ host, shell, finished, options }: Race): Promise<ShellEnd | undefined> {
  const { timeoutMs, signal } = options;
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (timeoutMs !== undefined) {
      timer = setTimeout(() => reject(commandTimedOut(host, options.script, timeoutMs)), timeoutMs);
    }
  });
  try {
    return await Promise.race([finished, shell.ended, stopped]);
  } catch (error) {
    shell.kill();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

type Circumstances = { readonly end: ShellEnd | undefined; readonly become: Become | undefined };

/** @throws GatError, NotUnpacked when the script did not get as far as its first line */
function checkStarted(place: Place, { stdout, stderr }: Streams, { end, become }: Circumstances): void {
  if (stdout.reader.started) return;
  const { status } = stdout.reader;
  if (status && 'failure' in status && status.failure === NOT_UNPACKED) throw new NotUnpacked();
  const said = stderr.reader.noise.trim() || stdout.reader.noise.trim();
  if (become && status) throw sudoFailed({ ...place, become, status, said });
  throw shellNotStarted(place.host, { said, end });
}

function resultOf({ stdout, stderr }: Streams, end: ShellEnd | undefined, durationMs: number): ExecResult {
  const status = stdout.reader.status ?? stderr.reader.status;
  const code = status && 'code' in status ? status.code : (end?.code ?? null);
  return {
    stdout: stdout.capture.bytes(),
    stderr: stderr.capture.bytes(),
    code,
    ...(code === null && end?.signal ? { signal: end.signal } : {}),
    truncated: stdout.capture.truncated || stderr.capture.truncated,
    durationMs,
  };
}
