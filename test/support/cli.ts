import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const BIN = fileURLToPath(new URL('../../bin/gatdeploy', import.meta.url));

export type CliResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** A record of `--json` output; what a test looks at beyond `type` it names itself. */
export type JsonLine = { readonly type: string; readonly [key: string]: unknown };

/** Runs the built program. Its cache lies in the folder that is given, so that runs know nothing of each other. */
export function gatdeploy(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly stdin?: string },
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NO_COLOR: '1', XDG_CACHE_HOME: `${options.cwd}/.cache`, ...options.env };
    const child = execFile(
      process.execPath,
      [BIN, ...args],
      { cwd: options.cwd, env, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      },
    );
    child.stdin?.end(options.stdin === undefined ? '' : readFileSync(options.stdin));
  });
}

/** Parses `--json` output. */
export function records(result: CliResult): readonly JsonLine[] {
  return result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonLine);
}
