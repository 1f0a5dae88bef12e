/** The reporter and the clock of a command, and what becomes of its errors. */
import { createReporter } from '../../report/create-reporter.ts';
import { chooseMode } from '../../report/mode.ts';
import { recordReporter } from '../../report/record.ts';
import type { Output } from '../../session/session-types.ts';
import type { StackOptions } from '../../stack/options.ts';
import { exitCodeFor } from '../exit-codes.ts';
import type { FileOptions } from './run-files.ts';

type Flags = Pick<StackOptions, 'json' | 'plain'> & FileOptions;

/** Runs a command's task with its output; what the task throws is shown and becomes the exit code. */
export async function withOutput(flags: Flags, task: (output: Output) => Promise<number>): Promise<void> {
  const startedAt = performance.now();
  const { json, plain } = flags;
  const mode = chooseMode({ json, plain, isTTY: process.stderr.isTTY === true, env: process.env });
  const columns = process.stdout.columns ?? 100;
  const wrapped = process.stdout.isTTY && process.stderr.isTTY;
  const direct = createReporter({ mode, stdout: process.stdout, stderr: process.stderr, columns, wrapped });
  const isRecorded = (flags.junit ?? flags.report ?? flags.notify) !== undefined;
  // What nobody reads at the end is not kept: the events of a fleet are many.
  const { reporter, record } = isRecorded
    ? recordReporter(direct, Date.now())
    : { reporter: direct, record: undefined };
  const clock = (): number => performance.now() - startedAt;
  const attempt = async (run: () => Promise<number>): Promise<boolean> => {
    try {
      process.exitCode = await run();
      return true;
    } catch (error) {
      reporter.error(error);
      process.exitCode = exitCodeFor(error);
      return false;
    }
  };
  try {
    if (isRecorded && !(await attempt(() => checkFiles(flags)))) return;
    await attempt(() => task({ reporter, clock }));
    const code = Number(process.exitCode);
    if (record)
      await attempt(async () => {
        const { writeRunFiles } = await import('./run-files.ts');
        writeRunFiles(record(), flags, { code, ms: clock() });
        return code;
      });
    // How the run ended outweighs that nobody could be told.
    if (code !== 0) process.exitCode = code;
  } finally {
    await reporter.close();
  }
}

async function checkFiles(options: FileOptions): Promise<number> {
  const { checkRunFiles } = await import('./run-files.ts');
  checkRunFiles(options);
  return 0;
}
