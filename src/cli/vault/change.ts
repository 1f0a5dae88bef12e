/** What changed in an encrypted file, decrypted: since a commit, or between two files. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathKind, readBytes } from '../../project/files.ts';
import { noSuchRevision } from '../../project/vault/errors.ts';
import { draw } from '../../report/line.ts';
import { renderTextDiff } from '../../report/text-diff.ts';

type Read = (content: Buffer, shown: string) => Buffer;

/** Renders the change from a commit, HEAD by default, to the file; or from the file to another one. */
export function renderChange(file: string, other: string | undefined, read: Read): string {
  const isFile = other !== undefined && pathKind(other) === 'file';
  const before = isFile ? readBytes(file, file) : atCommit(file, other ?? 'HEAD');
  const after = readBytes(isFile ? other : file, file);
  const names = isFile ? [file, other] : [`${other ?? 'HEAD'}:${file}`, file];
  const [old, fresh] = [before, after].map((content, index) =>
    read(content, names[index] ?? file).toString('utf8'),
  );
  const lines = renderTextDiff({ before: old, after: fresh });
  return `--- ${names[0]}\n+++ ${names[1]}\n${draw(lines)}`;
}

function atCommit(file: string, commit: string): Buffer {
  const result = spawnSync('git', ['show', '--no-textconv', `${commit}:./${path.basename(file)}`], {
    cwd: path.dirname(path.resolve(file)),
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status !== 0)
    throw noSuchRevision(file, commit, result.stderr?.toString('utf8').trim() || 'git cannot be run');
  return result.stdout;
}
