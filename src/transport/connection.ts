/** A way to run scripts on one host: over SSH, on this machine, or recorded for tests. */
import type { GatError } from '../base/errors.ts';
import type { Secret } from '../base/secret.ts';
import type { Script } from '../base/shell.ts';

/** Another user to run a script as. */
export type Become = {
  readonly user: string;
  readonly method: 'sudo';
  /** Tried exactly once; without one, sudo must not ask. */
  readonly password?: Secret;
};

export type ExecOptions = {
  /** Travels on standard input, never as an argument. Runs in `/`, with LC_ALL=C, umask 022 and no standard input. */
  readonly script: Script;
  /** Default: the user who logged in. */
  readonly become?: Become | undefined;
  /** Called with each piece of the script's own output as it comes; bytes that a terminal might obey included. */
  readonly onOutput?: ((chunk: Buffer, stream: 'stdout' | 'stderr') => void) | undefined;
  /** Ends the script with an error after this time; default: never. */
  readonly timeoutMs?: number | undefined;
  /** Ends the script; `exec` then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How much of each stream is kept; what is longer loses its middle. Default 16 MiB. */
  readonly maxOutputBytes?: number | undefined;
};

export type ExecResult = {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Exit code of the script; null when a signal ended it. */
  readonly code: number | null;
  readonly signal?: string;
  /** Whether a stream was longer than `maxOutputBytes`, so that its middle is left out. */
  readonly truncated: boolean;
  readonly durationMs: number;
};

/** An open connection to one host; several scripts may run at the same time. */
export interface Connection {
  /** The host's name in the inventory. */
  readonly host: string;
  /** Runs a script. An exit code other than 0 is a result, not an error. @throws GatError ssh/lost, become/… */
  exec(options: ExecOptions): Promise<ExecResult>;
  /** Closes the connection; scripts that still run end with an error. */
  close(): Promise<void>;
  /** Resolves, with the error to show, when the connection breaks; never after `close`. */
  readonly lost: Promise<GatError>;
}

/** Asks the person at the terminal for a secret; undefined when they have none to give. */
export type Prompt = (question: string) => Promise<Secret | undefined>;

export type ConnectOptions = {
  /** Missing when there is no terminal: nothing is asked then, and errors name what to do instead. */
  readonly prompt?: Prompt | undefined;
  /** Called with remarks that are no errors, such as an option which is ignored and why. */
  readonly onWarning?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};
