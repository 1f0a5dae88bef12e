/**
 * Loads the bundle. Most of a short run used to be V8 compiling megabytes of JavaScript, so what it compiled is kept in a file:
 * by the build beside the bundle, else, as in an installed package or with another Node, by the first run in the user's cache.
 * V8 checks that it fits its own version; the line that ends both tells whether they are of one build. It is a CommonJS module like
 * the command itself: Node's loader of the other kind of modules takes a tenth of a short run.
 */
const {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

// Settings of V8 for runs of half a second, known to Node 20's. It keeps them with what it compiled, so they stand before all else.
if (process.versions.v8.startsWith('11.')) {
  // Optimising what is called often costs more than it saves: it is to wait three times as long as usual.
  setFlagsFromString('--interrupt-budget=400000');
  // What is loaded stays: it is not to be copied again and again while the room for new objects grows from 1 MB by twos.
  setFlagsFromString('--semi-space-growth-factor=16');
  // The hosts of a fleet leave much behind that lived a while: it is collected when a quarter has been added, not when the heap has doubled.
  setFlagsFromString('--heap-growing-percent=25');
}

const STAMP = '//# build='.length + 65;

/** Compiles the bundle in a folder, with the first kept form that fits. */
function compile(folder) {
  const file = path.join(folder, 'main.cjs');
  const source = readFileSync(file, 'latin1');
  const stamp = source.slice(-STAMP);
  for (const kept of [`${file}.compiled`, keptByRuns(stamp)]) {
    const cachedData = read(kept, stamp);
    const script = cachedData && new Script(Module.wrap(source), { filename: file, cachedData });
    if (script && !script.cachedDataRejected) return { file, source, script, kept };
  }
  return { file, source, script: new Script(Module.wrap(source), { filename: file }) };
}

/** Runs it, and returns what it exports. */
function run({ file, script }) {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, Module.createRequire(file), module, file, path.dirname(file));
  return module.exports;
}

/** What is kept of a bundle that has run: its compiled form and the line that ends the bundle. */
function renderCompiled({ source, script }) {
  return Buffer.concat([script.createCachedData(), Buffer.from(source.slice(-STAMP))]);
}

/** Keeps a bundle's compiled form for the user's next runs, when the process ends; where that can't be, they compile again. */
function keepForRuns(bundle) {
  process.once('exit', () => {
    const kept = keptByRuns(bundle.source.slice(-STAMP));
    try {
      // Not recursively: a home that is missing is not made.
      for (const folder of [path.dirname(path.dirname(kept)), path.dirname(kept)]) makeFolder(folder);
      writeFileSync(`${kept}.${process.pid}`, renderCompiled(bundle), { mode: 0o600, flag: 'wx' });
      renameSync(`${kept}.${process.pid}`, kept);
      forgetOld(path.dirname(kept));
    } catch {
      // a cache only: nothing depends on it
    }
  });
}

/** What builds of long ago have left: one that is still used is made again. */
function forgetOld(folder) {
  const oldest = Date.now() - 30 * 24 * 3600 * 1000;
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (name.startsWith('compiled-') && statSync(file).mtimeMs < oldest) rmSync(file, { force: true });
  }
}

function makeFolder(folder) {
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
}

function keptByRuns(stamp) {
  const { XDG_CACHE_HOME, HOME = '/nonexistent' } = process.env;
  const cache = XDG_CACHE_HOME || path.join(HOME, '.cache');
  const build = stamp.trim().slice(-64, -48);
  return path.join(cache, 'gatdeploy', `compiled-${build}-node-${process.version}-${process.arch}`);
}

function read(file, stamp) {
  try {
    const bytes = readFileSync(file);
    return bytes.subarray(-STAMP).equals(Buffer.from(stamp)) ? bytes.subarray(0, -STAMP) : undefined;
  } catch {
    return undefined; // not kept, or not readable
  }
}

module.exports = { compile, keepForRuns, renderCompiled, run };
