// Bundles src/ and the packages it uses into one file, dist/main.cjs, whose modules run when a command asks for them, and
// keeps what V8 compiled of it beside it (bin/load.js tells why). A new bundle takes the old one's place when it is complete.
import * as child_process from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as readline from 'node:readline';
import { build } from 'esbuild';

const fresh = `dist.${process.pid}`;
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Parts of packages that nobody here uses, and what stands for them; they would take their time at each start. */
const LEFT_OUT = {
  // zod carries the texts of some fifty languages; one is used.
  'zod/v4/locales/index.js': `export { default as en } from './en.js';`,
  // HTTP through SSH, which would load all of Node's HTTP.
  'ssh2/lib/http-agents.js': '',
  // WebAssembly with 16 MB of memory, for a cipher that is never offered (src/transport/ssh/algorithms.ts).
  'ssh2/lib/protocol/crypto/poly1305.js': 'module.exports = async () => ({ _malloc() {}, cwrap() {} });',
};
const leaveOut = {
  name: 'leave-out',
  setup(bundle) {
    for (const [file, contents] of Object.entries(LEFT_OUT))
      bundle.onLoad({ filter: new RegExp(`[\\\\/]node_modules[\\\\/]${file}$`) }, () => ({ contents }));
  },
};

/** Modules of Node's that most runs never call: they are loaded by the first call of one of their functions. */
const LOADED_LATE = { child_process, readline };
const loadLate = {
  name: 'load-late',
  setup(bundle) {
    const filter = new RegExp(`^(?:node:)?(?:${Object.keys(LOADED_LATE).join('|')})$`);
    bundle.onResolve({ filter }, ({ path: asked, namespace }) => {
      const name = asked.replace('node:', '');
      return namespace === 'late' ? { path: `node:${name}`, external: true } : { path: name, namespace: 'late' };
    });
    bundle.onLoad({ filter: /./, namespace: 'late' }, ({ path: name }) => {
      const isCall = ([key, value]) => typeof value === 'function' && /^[a-z]/.test(key);
      const calls = Object.entries(LOADED_LATE[name]).filter(isCall);
      const late = ([call]) => `exports.${call} = (...args) => require('node:${name}').${call}(...args);`;
      return { contents: calls.map(late).join('\n') };
    });
  },
};

try {
  const { metafile } = await build({
    entryPoints: { main: 'src/cli/main.ts' },
    outdir: fresh,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // Node's own modules by `require`, which works in a script that is loaded with its compiled form.
    supported: { 'dynamic-import': false },
    // Optional native parts of ssh2, which it does without when they are missing.
    external: ['*.node', 'cpu-features'],
    define: { GATDEPLOY_VERSION: JSON.stringify(version), 'import.meta.url': 'gatUrl' },
    banner: { js: `const gatUrl = require('node:url').pathToFileURL(__filename).href;` },
    plugins: [leaveOut, loadLate],
    minifyWhitespace: true,
    legalComments: 'none',
    sourcemap: true,
    metafile: true,
    logLevel: 'warning',
  });
  stamp(path.join(fresh, 'main.cjs'));
  keepCompiled();
  writeFileSync(path.join(fresh, 'licences.txt'), licences(Object.keys(metafile.inputs)));
  rmSync('dist', { recursive: true, force: true });
  renameSync(fresh, 'dist');
} catch (error) {
  if (!error.errors) console.error(error);
  rmSync(fresh, { recursive: true, force: true });
  process.exitCode = 1;
}

/**
 * Ends a file with a line that tells one build from another. The few characters beyond ASCII that esbuild leaves, in regular
 * expressions and comments, are escaped: V8 keeps and reads such a text in half the memory and time.
 */
function stamp(file) {
  const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const text = readFileSync(file, 'utf8').replace(/[^\0-\x7f]/g, escaped);
  writeFileSync(file, `${text}//# build=${createHash('sha256').update(text).digest('hex')}\n`);
}

/** A bundle without its compiled form works, too. */
function keepCompiled() {
  const { status } = child_process.spawnSync(process.execPath, ['scripts/keep-compiled.mjs', fresh], {
    stdio: 'inherit',
  });
  if (status !== 0) console.error('the compiled form of the bundle was not kept: it starts more slowly');
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
