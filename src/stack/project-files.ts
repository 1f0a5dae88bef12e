/** The files of a project as tasks ask for them: beside the playbook, in files/, templates/, vars/ and tasks/. */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { GatError, throwProblems } from '../base/errors.ts';
import { Secret } from '../base/secret.ts';
import type { LoadedContent, Loader } from '../project/loader.ts';
import { readTasks } from '../project/playbook/tasks.ts';
import type { FoundFile, KeptPlace, ProjectFiles, TreeFile } from '../tasks/files.ts';

/** Makes the files of a playbook's folder, or of the folder of a file that it includes. */
export function projectFiles(
  loader: Loader,
  folders: readonly string[],
  role?: string,
  base: string = folders[0] ?? '.',
): ProjectFiles {
  // Only tasks are looked for beside tasks first: a role has its debian.yml of variables and one of tasks.
  const roleFirst = role === undefined ? folders : [role, ...folders.filter((folder) => folder !== role)];
  const searched = (name: string, folder: string): readonly string[] =>
    path.isAbsolute(name)
      ? [name]
      : (folder === 'tasks' ? folders : roleFirst).flatMap((base) => [
          path.join(base, folder, name),
          path.join(base, name),
        ]);
  const locate = (name: string, folder: string, kind: 'file' | 'directory'): string | undefined =>
    searched(name, folder).find((one) => kindOf(one) === kind);
  return {
    folders,
    below: (folder) => projectFiles(loader, [...new Set([folder, ...folders])], role, base),
    inRole: (folder) => projectFiles(loader, [...new Set([folder, ...folders])], folder, base),
    searched: (name, folder) => searched(name, folder).map(loader.shown),
    find(name, folder) {
      const file = locate(name, folder, 'file');
      return file === undefined ? undefined : readFound(loader, file);
    },
    tree(name, within = 'files') {
      const folder = locate(name, within, 'directory');
      return folder === undefined ? undefined : listTree(loader, folder);
    },
    glob: (pattern) => globFiles(searched(pattern, 'files')),
    values(name) {
      const file = locate(name, 'vars', 'file');
      return file === undefined ? undefined : loader.values(file);
    },
    keep: (place, bytes) => keepFile(placeOf(loader, base, place), bytes),
    kept: (place) => keptFile(placeOf(loader, base, place)),
    tasks(name) {
      const file = locate(name, 'tasks', 'file');
      if (file === undefined) return undefined;
      const folder = path.dirname(file);
      const problems: GatError[] = [];
      const tasks = readTasks(loader.values(file), 'a file of tasks', { loader, problems, file, folder });
      throwProblems(problems);
      return { tasks, files: projectFiles(loader, [...new Set([folder, ...folders])], role, base) };
    },
  };
}

type Kept = { readonly folder: string; readonly file: string };

/** As in Ansible, relative to the playbook's folder, also in a role. */
function placeOf({ shown }: Loader, base: string, { folder, inside }: KeptPlace): Kept {
  const within = path.resolve(base, folder);
  const file = path.join(within, inside);
  if (path.relative(within, file).startsWith('..')) throw outsideOf(shown(file), shown(within));
  return { folder: within, file };
}

/** A link on the way could lead elsewhere: then nothing is written. */
function keepFile({ folder, file }: Kept, bytes: Buffer): boolean {
  const before = keptFile({ folder, file });
  if (before?.equals(bytes)) return false;
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const real = path.relative(realpathSync(folder), realpathSync(path.dirname(file)));
  if (real.startsWith('..') || path.isAbsolute(real)) throw outsideOf(file, folder);
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, bytes, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, file);
  return true;
}

function keptFile({ file }: Kept): Buffer | undefined {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats?.isFile() ? readFileSync(file) : undefined;
}

function outsideOf(file: string, folder: string): GatError {
  return new GatError({
    code: 'task/outside',
    what: `cannot write ${file}: it lies outside ${folder}`,
    why: 'a link or `..` leads out of the folder that the task names',
    fix: 'name another folder as `dest`',
  });
}

function kindOf(file: string): 'file' | 'directory' | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) return undefined;
  return stats.isDirectory() ? 'directory' : 'file';
}

/** A vault file is decrypted and secret; bytes that are no UTF-8 come in base64. */
function readFound(loader: Loader, file: string): FoundFile {
  const name = loader.shown(file);
  const { text, isBinary, isSecret } = carried(loader.readContent(file));
  return { name, path: file, text: isSecret ? new Secret(text) : text, ...(isBinary ? { isBinary } : {}) };
}

/** Bytes that are no text are carried in base64. */
export function carried({ bytes, isSecret }: LoadedContent) {
  const isBinary = bytes.includes(0) || !isUtf8(bytes);
  return { text: bytes.toString(isBinary ? 'base64' : 'utf8'), isBinary, isSecret };
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);
}

function listTree(loader: Loader, folder: string): readonly TreeFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const file = path.join(folder, name);
      return { path: name, kind: kindOf(file) ?? 'file', read: () => readFound(loader, file) };
    });
}

/** Files whose name matches the last part of a pattern; the first folder that has any counts. */
function globFiles(patterns: readonly string[]): readonly string[] {
  for (const pattern of patterns) {
    const folder = path.dirname(pattern);
    if (kindOf(folder) !== 'directory') continue;
    const name = path
      .basename(pattern)
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]');
    const matches = new RegExp(`^${name}$`);
    const found = readdirSync(folder).filter(
      (one) => matches.test(one) && kindOf(path.join(folder, one)) === 'file',
    );
    if (found.length > 0) return found.sort().map((one) => path.join(folder, one));
  }
  return [];
}
