/** Finds and reads the templates that templates include or import. */
import { Fault } from './fault.ts';
import { fileLocator, type Source } from './jinja/frame.ts';
import type { LookupAccess } from './lookups/access.ts';
import { parseSource } from './source.ts';

/** Reads a template by name: beside the including file, then in `templates/` of each folder of the search path. */
export function loadTemplateFile(name: string, folder: string | undefined, access: LookupAccess): Source {
  if (name.split('/').includes('..')) throw new Fault('template-not-found', `no template named '${name}'`);
  for (const path of candidates(name, folder, access)) {
    const bytes = access.readFile?.(path);
    if (!bytes) continue;
    const text = Buffer.from(bytes).toString('utf8');
    return parseSource({ text, name, locate: fileLocator(text, path) });
  }
  throw new Fault('template-not-found', `no template named '${name}'`);
}

function candidates(name: string, folder: string | undefined, access: LookupAccess): string[] {
  const own = folder === undefined ? [] : [folder];
  const folders = [...access.searchPath.flatMap((path) => [`${path}/templates`, path]), ...own];
  return folders.map((path) => `${path}/${name}`);
}
