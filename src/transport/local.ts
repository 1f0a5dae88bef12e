/** The transport for ansible_connection=local: scripts run on this machine, in the same frame as over SSH. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { homedir, userInfo } from 'node:os';
import type { GatError } from '../base/errors.ts';
import type { Connection } from './connection.ts';
import { connectionClosed } from './errors.ts';
import { prepare, runFramed, type Shell, type StreamName } from './run.ts';
import type { ShellEnd } from './shell-end.ts';

/** What a script on this machine may see of gatdeploy's environment, where secrets may be. */
const PASSED = /^(PATH|LANG|TZ|TMPDIR|https?_proxy|no_proxy|all_proxy)$/i;

/** Opens a connection to this machine under a host's name. */
export function localConnection(host: string): Connection {
  const running = new Set<Shell>();
  const { username } = userInfo();
  let closed = false;
  return {
    host,
    lost: new Promise<GatError>(() => {}),
    async exec(options) {
      options.signal?.throwIfAborted();
      if (closed) throw connectionClosed(host);
      const prepared = prepare({ host, user: username }, options);
      const shell = startShell(username);
      running.add(shell);
      try {
        return await runFramed(shell, prepared);
      } finally {
        running.delete(shell);
      }
    },
    async close() {
      closed = true;
      for (const shell of running) shell.kill();
    },
  };
}

/** Starts a shell in a process group of its own, so that `kill` reaches what it runs. */
function startShell(user: string): Shell {
  const passed = Object.entries(process.env).filter(([name]) => PASSED.test(name));
  const env = { ...Object.fromEntries(passed), HOME: homedir(), USER: user, LOGNAME: user };
  const child = spawn('/bin/sh', ['-s'], { env, detached: true, stdio: 'pipe' });
  child.stdin.on('error', () => {}); // a shell that is gone shows in its end
  const ended = once(child, 'close').then(
    ([code, signal]): ShellEnd => (signal ? { code: null, signal } : { code }),
  );
  ended.catch(() => {});
  const kill = () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // it ended just now
    }
  };
  const release = () => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    child.unref();
  };
  return {
    write: (script) => child.stdin.write(script),
    endInput: () => child.stdin.end(),
    listen(onChunk) {
      const streams: [NodeJS.ReadableStream, StreamName][] = [
        [child.stdout, 'stdout'],
        [child.stderr, 'stderr'],
      ];
      for (const [stream, name] of streams) stream.on('data', (chunk: Buffer) => onChunk(chunk, name));
    },
    ended,
    release,
    kill: () => {
      kill();
      release();
    },
  };
}
