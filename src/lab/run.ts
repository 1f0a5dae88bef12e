/** Child processes of the lab: the machine's own tools, called with argument lists. */
import { spawn } from 'node:child_process';
import { commandFailed } from './errors.ts';

export type Output = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs a program and returns what it said, whether it failed or not. */
export function attempt(command: readonly string[], input = ''): Promise<Output> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: '/', stdio: 'pipe' });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined); // it ended without reading; its exit code says why
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
    child.stdin.end(input);
  });
}

/** Runs a program and returns its standard output. @throws GatError lab/command-failed */
export async function run(command: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await attempt(command, input);
  if (code !== 0) throw commandFailed(command, code, stderr || stdout);
  return stdout;
}

/** A private mount namespace and a process tree that ends with us: a killed build leaves no mount and no process. */
const BOUND = [
  'setpriv',
  '--pdeathsig',
  'KILL',
  'unshare',
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
];

/** As `run`, for long work that must not outlive this process, not even when that is killed. */
export async function runBound(command: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await attempt([...BOUND, ...command], input);
  if (code !== 0) throw commandFailed(command, code, stderr || stdout);
  return stdout;
}

/** Asks again until there is an answer or the time is over; returns undefined then. */
export async function poll<T>(
  ask: () => Promise<T | undefined>,
  limits: { readonly timeoutMs: number; readonly everyMs: number },
): Promise<T | undefined> {
  const end = Date.now() + limits.timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || Date.now() > end) return answer;
    await new Promise((resolve) => setTimeout(resolve, limits.everyMs));
  }
}
