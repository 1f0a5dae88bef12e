/**
 * A process that is many SSH hosts: whoever logs in, at any address of 127.0.0.0/8, finds a shell that answers a probe as
 * one host of the lab did. Each program is run there once; after that its answer is remembered.
 *
 *   vite-node bench/fleet/servers.ts LAB HOST        prints its port and its host key's known_hosts form
 */
import { generateKeyPairSync } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import ssh2, { type ServerChannel } from 'ssh2';
import { sh } from '../../src/base/shell.ts';
import { labExec } from '../../src/lab/lab.ts';

const [lab = '', host = ''] = process.argv.slice(-2);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const hostKey = privateKey.export({ type: 'sec1', format: 'pem' }).toString();
const answers = new Map<string, Promise<string>>();

/** The script inside a frame: packed, since it is long, or quoted. */
function scriptOf(framed: string): string {
  const packed = /gd_script=\$\(printf %s ([A-Za-z0-9+/=]+) \|/.exec(framed)?.[1];
  if (packed) return gunzipSync(Buffer.from(packed, 'base64')).toString('utf8');
  return (/\( eval '(.*)' \) <\/dev\/null/s.exec(framed)?.[1] ?? '').replaceAll("'\\''", "'");
}

async function answer(framed: string): Promise<Buffer> {
  const script = scriptOf(framed);
  const nonce = /begin %s\n' ([0-9a-f]{32})/.exec(script)?.[1] ?? 'none';
  const plain = script.replaceAll(nonce, 'NONCE');
  const known = answers.get(plain) ?? run(plain);
  answers.set(plain, known);
  return gzipSync((await known).replaceAll('NONCE', nonce), { level: 1 });
}

async function run(script: string): Promise<string> {
  const plain = script.replace('command -v gzip', 'command -v no-gzip');
  return (await labExec({ name: lab }, host, sh`eval ${plain}`)).stdout;
}

function shell(channel: ServerChannel): void {
  let input = '';
  channel.on('data', async (chunk: Buffer) => {
    input += chunk;
    if (!input.endsWith('exit 0\n}\n')) return;
    const [, startA = '', startB = ''] = /printf '%s%s\\n' (\S+) (\S+);/.exec(input) ?? [];
    const [, endA = '', endB = ''] = /printf '%s%s%s\\n' (\S+) '([^']+)'/.exec(input) ?? [];
    const body = await answer(input);
    channel.write(Buffer.concat([Buffer.from(`${startA}${startB}\n`), body, Buffer.from(`${endA}${endB}0\n`)]));
    channel.stderr.write(`${startA}${startB}\n${endA}${endB}0\n`);
  });
}

const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
  client.on('authentication', (context) => context.accept());
  client.on('error', () => {});
  client.on('session', (accept) => accept().on('exec', (ready) => shell(ready())));
});
server.listen(0, '0.0.0.0', () => {
  const key = ssh2.utils.parseKey(hostKey);
  if (key instanceof Error) throw key;
  console.log(`${(server.address() as { port: number }).port} ${key.getPublicSSH().toString('base64')}`);
});
