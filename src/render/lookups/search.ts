/** Finds and reads the files that lookups name. */

import { Fault } from '../fault.ts';
import { joinPath, normalizePath } from '../filters/paths.ts';
import type { Tools } from '../plugin.ts';
import { forbidden } from './lookup.ts';

/** The places where a name may stand: `files/` or `templates/` of each folder of the search path, then the folder. */
export function candidates(tools: Tools, name: string, subfolder: string | undefined): string[] {
  const [, user = '', rest] = /^~([^/]*)(.*)$/s.exec(name) ?? [];
  const home = rest === undefined ? undefined : tools.access.home?.(user === '' ? undefined : user);
  const expanded = home === undefined ? name : home + rest;
  if (expanded.startsWith('/')) return [normalizePath(expanded)];
  const folders = tools.access.searchPath.flatMap((folder) =>
    subfolder ? [joinPath([folder, subfolder]), folder] : [folder],
  );
  return folders.map((folder) => normalizePath(joinPath([folder, expanded])));
}

/** The first of the places that exists. */
export function findFile(tools: Tools, name: string, subfolder: string | undefined): string | undefined {
  return candidates(tools, name, subfolder).find((path) => exists(tools, path));
}

function exists(tools: Tools, path: string): boolean {
  if (tools.access.stat) return tools.access.stat(path) !== undefined;
  return tools.access.readFile?.(path) !== undefined;
}

/** Reads a file's text; where it stands too. @throws Fault */
export function readNamedFile(tools: Tools, name: string, subfolder: string): { path: string; text: string } {
  if (!tools.access.readFile) throw forbidden('read files');
  for (const path of candidates(tools, name, subfolder)) {
    const bytes = tools.access.readFile(path);
    if (bytes) return { path, text: Buffer.from(bytes).toString('utf8') };
  }
  const kind = subfolder === 'templates' ? 'template-not-found' : 'other';
  throw new Fault(
    kind,
    `the file '${name}' was not found in ${tools.access.searchPath.join(', ') || 'any folder'}`,
  );
}
