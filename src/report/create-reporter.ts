/** Chooses the reporter of a mode. */
import { jsonReporter } from './json/reporter.ts';
import { plainReporter } from './plain/reporter.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';
import { terminalReporter } from './terminal/reporter.ts';

/** Makes the reporter of a mode. */
export function createReporter(options: ReporterOptions): Reporter {
  const complete = { columns: 80, wrapped: false, color: true, now: Date.now, ...options };
  if (complete.mode === 'json') return jsonReporter(complete);
  return complete.mode === 'terminal' ? terminalReporter(complete) : plainReporter(complete);
}
