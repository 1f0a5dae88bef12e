/** Reads the user's files with limits, so that a hostile repository can't fill the memory. */
import { openSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileIsDirectory, fileOutside, fileSpecial, fileTooLarge, fileUnreadable, notUtf8 } from './errors.ts';

/** No file that Ansible users write by hand comes near this; a larger one is refused before it is read. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** Reads a file's bytes. @throws GatError file/too-large, file/unreadable, file/directory */
export function readBytes(file: string, shown: string): Buffer {
  try {
    const stats = statSync(file);
    if (stats.isDirectory()) throw fileIsDirectory(shown);
    if (stats.size > MAX_FILE_BYTES) throw fileTooLarge(shown, stats.size, MAX_FILE_BYTES);
    return readFileSync(file);
  } catch (error) {
    if (isSystemError(error)) throw fileUnreadable(shown, error);
    throw error;
  }
}

/** Opens a file to read it piece by piece, whatever its size. @throws GatError file/unreadable, file/directory */
export function openToRead(file: string, shown: string): number {
  if (pathKind(file) === 'directory') throw fileIsDirectory(shown);
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (isSystemError(error)) throw fileUnreadable(shown, error);
    throw error;
  }
}

/** Returns a file that lies in a folder, links followed. @throws GatError project/outside for any other, file/special for what never ends */
export function requireInside(root: string, file: string): string {
  const [folder, found] = [realPath(root), realPath(file)];
  if (found !== folder && !found.startsWith(`${folder}${path.sep}`)) throw fileOutside(shownPath(root, file));
  const stats = statSync(found, { throwIfNoEntry: false });
  if (stats && !stats.isFile() && !stats.isDirectory()) throw fileSpecial(shownPath(root, file));
  return file;
}

/** Decodes UTF-8 strictly and keeps a byte order mark. @throws GatError file/not-utf8 with the line of the first bad byte */
export function decodeUtf8(bytes: Buffer, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw notUtf8(shown, bytes);
  }
}

/** The name under which a file is shown: relative to the project when it is inside, else absolute. */
export function shownPath(root: string, file: string): string {
  const relative = path.relative(root, file);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}

/** What a path is; undefined when nothing is there. */
export function pathKind(file: string): 'file' | 'directory' | undefined {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (!stats) return undefined;
    return stats.isDirectory() ? 'directory' : 'file';
  } catch (error) {
    // Links in a circle, a folder that others may not enter, a name that is too long.
    if (isSystemError(error)) throw fileUnreadable(file, error);
    throw error;
  }
}

/** The path without symbolic links; the path itself when it doesn't exist. */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

/** Expands `~` and makes a path absolute from a folder. */
export function resolvePath(file: string, from: string, home: string): string {
  if (file === '~' || file.startsWith('~/')) return path.join(home, file.slice(1));
  return path.resolve(from, file);
}

/** Whether an error comes from the operating system. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
