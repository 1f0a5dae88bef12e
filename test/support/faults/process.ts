/** Builds the controller of `controller.ts` once, and starts it as a process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { JsonLine } from '../cli.ts';
import type { Behaviour } from './behaviour.ts';

const PLACE = fileURLToPath(new URL('../../../node_modules/.cache/gatdeploy-tests/', import.meta.url));

export type Controller = {
  readonly child: ChildProcess;
  readonly lines: readonly JsonLine[];
  /** Resolves when a line of its output fits. */
  until(fits: (line: JsonLine) => boolean): Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
};

/** Bundles the controller into a folder from which its packages are found; returns the folder. */
export async function buildController(): Promise<string> {
  mkdirSync(PLACE, { recursive: true });
  const folder = mkdtempSync(join(PLACE, 'faults-'));
  await build({
    entryPoints: { controller: fileURLToPath(new URL('controller.ts', import.meta.url)) },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  return folder;
}

/** Starts a controller. */
export function startController(folder: string, behaviour: Behaviour): Controller {
  const file = join(folder, `behaviour-${Math.random().toString(36).slice(2)}.json`);
  writeFileSync(file, JSON.stringify(behaviour));
  const child = spawn(process.execPath, [join(folder, 'controller.mjs'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: JsonLine[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) if (part !== '') lines.push(JSON.parse(part) as JsonLine);
    for (const look of waiting) look();
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  return {
    child,
    lines,
    ended,
    until: (fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!lines.some(fits)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        ended.then(() => reject(new Error(`it ended first: ${JSON.stringify(lines.slice(-3))}`)), reject);
      }),
  };
}
