/** Errors of connections: what cannot be reached or trusted, why, and how to go on. */
import { type ErrorClass, GatError } from '../base/errors.ts';
import type { Script } from '../base/shell.ts';
import type { ShellEnd } from './shell-end.ts';

type Parts = { readonly what: string; readonly why?: string; readonly fix?: string; readonly cause?: unknown };

function unreachable(code: string, host: string, parts: Parts, errorClass: ErrorClass = 'unreachable'): GatError {
  return new GatError({ code: `ssh/${code}`, where: { host }, class: errorClass, ...parts });
}

/** An open connection broke. */
export function connectionLost(host: string, why: string, cause?: unknown): GatError {
  return unreachable('lost', host, {
    what: `cannot go on with ${host}: the connection is lost`,
    why,
    fix: 'run the same command again; it goes on from what is done',
    cause,
  });
}

/** The caller closed the connection while a script ran. */
export function connectionClosed(host: string): GatError {
  return unreachable('closed', host, { what: `cannot run on ${host}: the connection is closed` });
}

/** A script took too long. */
export function commandTimedOut(host: string, script: Script, timeoutMs: number): GatError {
  return unreachable(
    'command-timeout',
    host,
    {
      what: `cannot wait longer for ${host}: a script still runs after ${timeoutMs / 1000} s`,
      why: `it began with: ${firstLine(script)}`,
    },
    'apply',
  );
}

/** The login shell did not start /bin/sh. */
export function shellNotStarted(
  host: string,
  { said, end }: { said: string; end: ShellEnd | undefined },
): GatError {
  const how = end?.signal ? `signal ${end.signal}` : `exit code ${end?.code ?? 'unknown'}`;
  return unreachable('no-shell', host, {
    what: `cannot run scripts on ${host}: its login shell did not start /bin/sh`,
    why: `it ended with ${how}${said ? ` and said: ${printable(said)}` : ' and said nothing'}`,
    fix: `look at what this prints, which should be just "ok":\n  ssh ${host} "/bin/sh -c 'echo ok'" </dev/null`,
  });
}

/** Makes text of a host safe for a terminal: control characters become visible, and it is cut short. */
export function printable(text: string): string {
  // biome: the control characters are what this is about
  const visible = text.replace(/[^\P{C}\n\t]/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return visible.length > 600 ? `${visible.slice(0, 600)}…` : visible;
}

function firstLine(script: Script): string {
  return printable(script.redacted.trim().split('\n', 1)[0] ?? '');
}

/** The host lets nobody run commands on the connection, not even one. */
export function sessionRefused(host: string, cause: Error): GatError {
  return unreachable('no-session', host, {
    what: `cannot run scripts on ${host}: it accepts the login but no session`,
    why: printable(cause.message),
    fix: 'does its sshd_config forbid commands for this user (ForceCommand, MaxSessions 0)?',
    cause,
  });
}
