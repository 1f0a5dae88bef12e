/** The reporter and the clock of a command, and what becomes of its errors. */
import { createReporter } from '../../report/create-reporter.ts';
import { chooseMode } from '../../report/mode.ts';
import type { Reporter } from '../../report/reporter.ts';
import { exitCodeFor } from '../exit-codes.ts';
import type { StackOptions } from './options.ts';

/** What a command prints with, and how it tells time: milliseconds since it began. */
export type Output = { readonly reporter: Reporter; readonly clock: () => number };

/** Runs a command's task with its output; what the task throws is shown and becomes the exit code. */
export async function withOutput(
  flags: Pick<StackOptions, 'json' | 'plain'>,
  task: (output: Output) => Promise<number>,
): Promise<void> {
  const startedAt = performance.now();
  const { json, plain } = flags;
  const mode = chooseMode({ json, plain, isTTY: process.stderr.isTTY === true, env: process.env });
  const columns = process.stdout.columns ?? 100;
  const reporter = createReporter({ mode, stdout: process.stdout, stderr: process.stderr, columns });
  // Whoever read the output may be gone (`| head`, a closed terminal): the work on the hosts goes on to its end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignore);
  try {
    process.exitCode = await task({ reporter, clock: () => performance.now() - startedAt });
  } catch (error) {
    reporter.error(error);
    process.exitCode = exitCodeFor(error);
  } finally {
    await reporter.close();
  }
}

function ignore(): void {}
