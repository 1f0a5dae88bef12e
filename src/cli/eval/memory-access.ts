/** Files that exist only in memory, for the cases of `gatdeploy eval --batch`. */
import type { LookupAccess } from '../../render/lookups/access.ts';

/** The folder in which a case's files seem to be. */
export const CASE_ROOT = '/REPO';

/** Makes an access whose files are given; what lies outside their folder is asked from another. */
export function memoryAccess(files: ReadonlyMap<string, string>, outside: LookupAccess): LookupAccess {
  const byPath = new Map([...files].map(([name, text]): [string, string] => [`${CASE_ROOT}/${name}`, text]));
  const inside = (path: string): boolean => path === CASE_ROOT || path.startsWith(`${CASE_ROOT}/`);
  return {
    ...outside,
    searchPath: [CASE_ROOT],
    readFile: (path) => {
      const text = byPath.get(path);
      if (text !== undefined) return Buffer.from(text, 'utf8');
      return inside(path) ? undefined : outside.readFile?.(path);
    },
    listDirectory: (path) => (inside(path) ? namesIn(path, byPath) : outside.listDirectory?.(path)),
    stat: (path) => {
      if (!inside(path)) return outside.stat?.(path);
      const kind = byPath.has(path) ? 'file' : namesIn(path, byPath) ? 'directory' : undefined;
      return kind && { kind, link: false, identity: path, mount: false, realPath: path };
    },
  };
}

function namesIn(folder: string, files: ReadonlyMap<string, string>): string[] | undefined {
  const prefix = folder.endsWith('/') ? folder : `${folder}/`;
  const below = [...files.keys()].filter((path) => path.startsWith(prefix));
  return below.length === 0
    ? undefined
    : [...new Set(below.map((path) => path.slice(prefix.length).split('/')[0] ?? ''))];
}
