// Runs some commands of the bundle in a folder, so that V8 compiles the functions in common use, and keeps their compiled form
// beside the bundle. They plan for hosts that are this machine behind an SSH server of this process; planning only reads.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ssh2 from 'ssh2';
import { compile, renderCompiled, run } from '../bin/load.js';

const [folder] = process.argv.slice(2);
const scratch = mkdtempSync(path.join(tmpdir(), 'gatdeploy-build-'));
const file = (name) => path.join(scratch, name);
Object.assign(process.env, { HOME: scratch, XDG_CACHE_HOME: scratch, SSH_AUTH_SOCK: '' });

const bundle = compile(path.resolve(folder));
const { write } = process.stdout;
const port = await startServer();
try {
  writeFileSync(file('hosts'), ['galaxyservers', 'pulsarservers'].map(hostOf).join(''));
  const project = ['galaxy', 'pulsar', '-i', file('hosts'), '-C', '.'];
  // What a host says of itself is known from the second time on.
  for (const command of [['--help'], ['lint', ...project], ['plan', ...project], ['plan', ...project, '--json']]) {
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

/** An SSH server that runs scripts as the user of this process; only this process knows the key that it lets in. */
async function startServer() {
  const [host, user] = [newKey(), newKey()];
  writeFileSync(file('key'), user.private, { mode: 0o600 });
  const allowed = ssh2.utils.parseKey(user.public);
  const one = new ssh2.Server({ hostKeys: [host.private] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (login) =>
      login.method === 'publickey' && isBy(allowed, login) ? login.accept() : login.reject(['publickey']),
    );
    client.on('session', (accept) =>
      accept().on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        const child = spawn('/bin/sh', ['-c', command]);
        child.stdin.on('error', () => {});
        channel.pipe(child.stdin);
        child.stdout.pipe(channel, { end: false });
        child.stderr.pipe(channel.stderr, { end: false });
        child.on('close', (code) => {
          channel.exit(code ?? 1);
          channel.end();
        });
      }),
    );
  });
  one.listen(0, '127.0.0.1');
  await once(one, 'listening');
  writeFileSync(file('known'), `[127.0.0.1]:${one.address().port} ${host.public}\n`);
  return one.address().port;
}

function isBy(allowed, { key, signature, blob, hashAlgo }) {
  if (!key.data.equals(allowed.getPublicSSH())) return false;
  return !signature || allowed.verify(blob, signature, hashAlgo) === true;
}

/** ssh2 writes one ed25519 key of some hundred in a form that it can't read again; such a one is thrown away. */
function newKey() {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

function hostOf(group) {
  const ssh = `ansible_host=127.0.0.1 ansible_port=${port} ansible_ssh_private_key_file=${file('key')}`;
  const known = `ansible_ssh_common_args='-o UserKnownHostsFile=${file('known')}'`;
  return `[${group}]\n${group}.invalid ansible_connection=ssh ansible_user=root ${ssh} ${known}\n`;
}
