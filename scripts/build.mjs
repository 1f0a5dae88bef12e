// Bundles src/ and the packages it uses into dist/: one small entry, and chunks that are loaded when a command asks for
// them. Few files load faster than hundreds. The new bundle takes the old one's place only when it is complete.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const fresh = `dist.${process.pid}`;
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** What packages in the older module format expect to find; each name must be one that no source uses. */
const banner = `import { createRequire as gatRequire } from 'node:module';
const require = gatRequire(import.meta.url), __dirname = import.meta.dirname;`;

try {
  const { metafile } = await build({
    entryPoints: { main: 'src/cli/main.ts' },
    outdir: fresh,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Optional native parts of ssh2, which it does without when they are missing.
    external: ['*.node', 'cpu-features'],
    define: { GATDEPLOY_VERSION: JSON.stringify(version) },
    banner: { js: banner },
    legalComments: 'none',
    sourcemap: true,
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(path.join(fresh, 'licences.txt'), licences(Object.keys(metafile.inputs)));
  rmSync('dist', { recursive: true, force: true });
  renameSync(fresh, 'dist');
} catch (error) {
  if (!error.errors) console.error(error);
  rmSync(fresh, { recursive: true, force: true });
  process.exitCode = 1;
}

/** The licences of the packages whose code is in the bundle, as those licences ask for. */
function licences(inputs) {
  const folders = inputs.map((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  const texts = [...new Set(folders)].filter(Boolean).map((folder) => {
    const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    const text = file && existsSync(path.join(folder, file)) ? readFileSync(path.join(folder, file), 'utf8') : '';
    return `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})\n\n${text.trim()}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
