/**
 * Loads the bundle. Most of a short run used to be V8 compiling megabytes of JavaScript, so the build keeps what it compiled in
 * a file beside the bundle. V8 checks that it fits its own version; the line that ends both tells whether they are of one build.
 */
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

const STAMP = '//# build='.length + 65;

/** Compiles the bundle in a folder. */
export function compile(folder) {
  const file = path.join(folder, 'main.cjs');
  const source = readFileSync(file, 'latin1');
  const cachedData = compiledOf(file, source.slice(-STAMP));
  return { file, source, script: new Script(Module.wrap(source), { filename: file, cachedData }) };
}

/** Runs it, and returns what it exports. */
export function run({ file, script }) {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, path.dirname(file));
  return module.exports;
}

/** The contents of the file beside a bundle: its compiled form and the line that ends the bundle. */
export function renderCompiled({ source, script }) {
  return Buffer.concat([script.createCachedData(), Buffer.from(source.slice(-STAMP))]);
}

function compiledOf(file, stamp) {
  try {
    const bytes = readFileSync(`${file}.compiled`);
    return bytes.subarray(-STAMP).equals(Buffer.from(stamp)) ? bytes.subarray(0, -STAMP) : undefined;
  } catch {
    return undefined; // not kept, or not readable: V8 compiles
  }
}
