/** Runs a program to its end and tells what it took. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export type Timed = {
  readonly wallMs: number;
  /** User and system time of the process and of those it waited for. */
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly stdout: string;
};

/** Runs a program under `time -v`-like accounting. @throws Error when it ends with a code that is not among `codes`, 0 alone as a rule */
export async function runTimed(
  program: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly input?: string;
    readonly codes?: readonly number[];
  } = {},
): Promise<Timed> {
  const started = performance.now();
  const child = spawn(
    '/bin/bash',
    ['-c', `"$@"; code=$?; { times; } >&3; exit $code`, 'timed', program, ...args],
    {
      cwd: options.cwd,
      env: options.env,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    },
  );
  const read = (stream: NodeJS.ReadableStream | null | undefined): (() => string) => {
    const chunks: Buffer[] = [];
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString('utf8');
  };
  const [stdout, stderr, times] = [
    read(child.stdout),
    read(child.stderr),
    read(child.stdio[3] as NodeJS.ReadableStream),
  ];
  let peakMb = 0;
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, peakOf(child.pid));
  }, 20);
  child.stdin?.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('close', resolve);
    child.on('error', reject);
  });
  clearInterval(watch);
  const wallMs = performance.now() - started;
  if (!(options.codes ?? [0]).includes(code ?? -1))
    throw new Error(
      `${program} ${args.join(' ')} ended with ${code}:\n${stdout().slice(-500)}${stderr().slice(-1500)}`,
    );
  return { wallMs, cpuMs: cpuOf(times()), peakMb, stdout: stdout() };
}

/** Parses the second line of the shell's `times`: `0m0.310s 0m0.050s`, the user and system time of its children. */
function cpuOf(times: string): number {
  const children = times.trim().split('\n')[1] ?? '';
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000,
    0,
  );
}

/** The most memory that the shell's child has had, in MiB. */
function peakOf(shell: number | undefined): number {
  try {
    const child = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ')[0];
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // it has not started yet, or has ended
  }
}

/** The slope of the times over the round trip times: least squares. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [x, y] = [mean(points.map(([a]) => a)), mean(points.map(([, b]) => b))];
  return (
    points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0)
  );
}
