/** Many hosts that are one process: each address of 127.1.0.0/16 is an SSH host whose root folder is its own layer over an image. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBaseImage } from '../../src/lab/image.ts';
import { cachePaths } from '../../src/lab/store.ts';
import { startServer, type TestServer } from './ssh-server.ts';

export type Fleet = {
  readonly server: TestServer;
  readonly folder: string;
  /** Of each host, by its number. */
  addressOf(index: number): string;
  /** Lets the slow hosts begin to do what they are asked. */
  release(): void;
  end(): Promise<void>;
};

const addressOf = (index: number): string => `127.1.${index >> 8}.${index & 255}`;

/** Mounts all roots in a namespace of their own, where they end with the process that holds it. */
const HOLD = `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
while read -r host && test "$host" != end; do
  mkdir -p "$1/$host/upper" "$1/$host/work" "$1/$host/root"
  mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/$host/upper,workdir=$1/$host/work" "$1/$host/root"
  mount -t proc proc "$1/$host/root/proc"
  mount --bind /dev "$1/$host/root/dev"
done
echo ready
exec cat`;

/** Starts hosts 0 to `count`; the slow ones among them answer nothing before they are released. */
export async function startFleet(count: number, slow: readonly number[]): Promise<Fleet> {
  const image = join(cachePaths('bookworm').images, await ensureBaseImage('bookworm', () => {}));
  const folder = mkdtempSync(join(tmpdir(), 'gatdeploy-fleet-'));
  const roots = join(folder, 'roots');
  const holder = spawn('unshare', ['--mount', 'sh', '-c', `mkdir -p "$1"; ${HOLD}`, 'sh', roots, image], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // It lives as long as its input, which ends with this process.
  holder.stdin.write(`${Array.from({ length: count }, (_, index) => addressOf(index)).join('\n')}\nend\n`);
  await once(holder.stdout, 'data');
  const gate = join(folder, 'released');
  const waiting = new Set(slow.map(addressOf));
  const server = await startServer({
    address: '0.0.0.0',
    loginShell: (command, address) => {
      const inside = ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, 'chroot', join(roots, address)] as const;
      const enter = `${inside.join(' ')}/root /bin/sh -c "$1"`;
      const held = !waiting.has(address) ? '' : `until test -e ${gate}; do sleep 0.1; done; `;
      return ['/bin/sh', '-c', `${held}exec ${enter}`, 'sh', command];
    },
  });
  return {
    server,
    folder,
    addressOf,
    release: () => writeFileSync(gate, ''),
    async end() {
      await server.close();
      holder.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
