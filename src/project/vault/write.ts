/** Replaces a file in one step: whoever reads it sees the old or the new content, never a part. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { realPath } from '../files.ts';

/** What mode the file gets: that of the file which it replaces, or for its owner only. */
export type FileMode = 'keep' | 'private';

/** Writes a file atomically; a new file is for its owner only. A link is followed. */
export function replaceFile(file: string, content: Buffer, mode: FileMode): void {
  replaceFileBy(file, mode, [content]);
}

/** The same with content that comes in pieces. */
export function replaceFileBy(file: string, mode: FileMode, pieces: Iterable<Buffer>): void {
  const target = realPath(file);
  const before = statSync(target, { throwIfNoEntry: false });
  const name = `.${path.basename(target)}.${randomBytes(6).toString('hex')}`;
  const temporary = path.join(path.dirname(target), name);
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      for (const piece of pieces) writeAll(descriptor, piece);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (before && mode === 'keep') {
      keepOwner(temporary, before.uid, before.gid);
      chmodSync(temporary, before.mode & 0o7777);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeAll(descriptor: number, content: Buffer): void {
  for (let at = 0; at < content.length; ) at += writeSync(descriptor, content, at);
}

/** Only root may give files away; for everybody else the file already has the right owner. */
function keepOwner(file: string, uid: number, gid: number): void {
  if (process.getuid?.() === 0) chownSync(file, uid, gid);
}
