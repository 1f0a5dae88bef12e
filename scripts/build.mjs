// Bundles src/ into dist/: one small entry, and chunks that are loaded when a command asks for them.
// The new bundle takes the old one's place only when it is complete.
import { renameSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const fresh = `dist.${process.pid}`;
try {
  await build({
    entryPoints: { main: 'src/cli/main.ts' },
    outdir: fresh,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
  rmSync('dist', { recursive: true, force: true });
  renameSync(fresh, 'dist');
} catch {
  rmSync(fresh, { recursive: true, force: true });
  process.exitCode = 1;
}
