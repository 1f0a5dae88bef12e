// Runs some commands of the bundle in a folder, none of which needs a host, so that V8 compiles the functions in common use,
// and keeps their compiled form beside the bundle.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compile, renderCompiled, run } from '../bin/load.js';

const [folder] = process.argv.slice(2);
const scratch = mkdtempSync(path.join(tmpdir(), 'gatdeploy-build-'));
Object.assign(process.env, { HOME: scratch, XDG_CACHE_HOME: scratch, SSH_AUTH_SOCK: '' });
// Nobody listens there, so that connecting fails at once.
writeFileSync(
  path.join(scratch, 'hosts'),
  ['galaxyservers', 'pulsarservers']
    .map((group) => `[${group}]\n${group}.invalid ansible_host=127.0.0.1 ansible_port=9 ansible_connection=ssh\n`)
    .join(''),
);
const project = ['-i', path.join(scratch, 'hosts'), '-C', scratch];
const commands = [['--help'], ['lint', 'galaxy', 'pulsar', ...project], ['plan', 'galaxy', 'pulsar', ...project]];

const bundle = compile(path.resolve(folder));
const { write } = process.stdout;
try {
  for (const command of commands) {
    process.argv = [process.execPath, 'gatdeploy', ...command];
    process.stdout.write = process.stderr.write = () => true;
    await run(bundle).finished;
  }
} finally {
  process.stdout.write = process.stderr.write = write;
  rmSync(scratch, { recursive: true });
}
writeFileSync(`${bundle.file}.compiled`, renderCompiled(bundle));
process.exit(0);
