/** All errors about files and settings of the project. */
import { GatError } from '../base/errors.ts';
import type { Position } from '../base/position.ts';

/** The first place of a file. */
export const startOf = (file: string): Position => ({ file, line: 1, column: 1 });

const wholeLine = (file: string, line = 1): Position => ({ file, line, column: 0 });

export const fileUnreadable = (file: string, cause: NodeJS.ErrnoException) =>
  new GatError({
    code: 'file/unreadable',
    what: `cannot read ${file}`,
    where: wholeLine(file),
    why:
      cause.code === 'ENOENT'
        ? 'the file does not exist'
        : `the operating system says ${cause.code ?? cause.message}`,
    cause,
  });

export const fileSpecial = (file: string) =>
  new GatError({
    code: 'file/special',
    what: `cannot read ${file}: it is no ordinary file`,
    where: wholeLine(file),
    why: 'reading a pipe or a device may never end',
    fix: 'put an ordinary file in its place',
  });

export const fileOutside = (file: string) =>
  new GatError({
    code: 'project/outside',
    what: `cannot read ${file}: it lies outside the project`,
    where: wholeLine(file),
    why: 'with --untrusted a project may only use its own files',
    fix: 'copy the file into the project, or run without --untrusted where the project is trusted',
  });

export const fileIsDirectory = (file: string) =>
  new GatError({
    code: 'file/directory',
    what: `cannot read ${file}: it is a folder`,
    where: wholeLine(file),
    why: 'a file is expected in this place',
  });

export const fileTooLarge = (file: string, size: number, limit: number) =>
  new GatError({
    code: 'file/too-large',
    what: `cannot read ${file}: it has ${Math.ceil(size / 2 ** 20)} MiB`,
    where: wholeLine(file),
    why: `files of a project may have up to ${limit / 2 ** 20} MiB`,
  });

export function notUtf8(file: string, bytes: Buffer): GatError {
  const text = bytes.toString('utf8');
  const line = text.slice(0, text.indexOf('\ufffd')).split('\n').length;
  return new GatError({
    code: 'file/not-utf8',
    what: `cannot read ${file} as text`,
    where: wholeLine(file, line),
    why: 'this line holds bytes that are not UTF-8',
    fix: `did you save it in another encoding? convert it:\niconv -f latin1 -t utf-8 ${file}`,
  });
}

export const configSyntax = (position: Position, why: string) =>
  new GatError({ code: 'config/syntax', what: `cannot parse ${position.file}`, where: position, why });
