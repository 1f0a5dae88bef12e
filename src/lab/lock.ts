/** Locks between processes that even SIGKILL can't leave behind: flock(1) holds one as long as our pipe to it is open. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Does the work while nobody else who asks for the same file does theirs; tells when it has to wait. */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait: () => void): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting = setTimeout(onWait, 300);
  try {
    await new Promise<void>((resolve, reject) => {
      holder.stdout.once('data', () => resolve());
      holder.once('error', reject);
      holder.once('close', () => reject(new Error(`flock gave up on ${file}`)));
    });
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
  }
}
