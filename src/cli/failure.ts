/** The last stop of whatever was thrown: a message on standard error, and the exit code. */
import { createReporter } from '../report/create-reporter.ts';
import { chooseMode } from '../report/mode.ts';
import { codeOfUsage, exitCodeFor } from './exit-codes.ts';

/** Shows what was thrown and returns the exit code. What commander throws it has shown already. */
export async function reportFailure(error: unknown): Promise<number> {
  const usage = codeOfUsage(error);
  if (usage !== undefined) return usage;
  const mode = chooseMode({ json: process.argv.includes('--json'), isTTY: false, env: process.env });
  const reporter = createReporter({ mode, stdout: process.stdout, stderr: process.stderr });
  reporter.error(error);
  await reporter.close();
  return exitCodeFor(error);
}
