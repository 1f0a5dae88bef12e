/** Finds and reads the templates that templates include or import. */
import { Fault } from './fault.ts';
import { fileLocator, type Source } from './jinja/frame.ts';
import type { SyntaxOptions } from './jinja/options.ts';
import type { LookupAccess } from './lookups/access.ts';
import { parseSource } from './source.ts';

/** Reads a template by name, by the settings of the one that asks for it: beside the including file, then in `templates/` of each folder of the search path. */
export function loadTemplateFile(
  name: string,
  { folder, syntax, access }: { folder: string | undefined; syntax: SyntaxOptions; access: LookupAccess },
): Source {
  const options = { ...syntax, rawBackslashes: false };
  if (name.split('/').includes('..')) throw new Fault('template-not-found', `no template named '${name}'`);
  for (const path of candidates(name, folder, access)) {
    const bytes = access.readFile?.(path);
    if (!bytes) continue;
    const text = Buffer.from(bytes).toString('utf8');
    return parseSource({ text, name, locate: fileLocator(text, path), options, included: true });
  }
  throw new Fault('template-not-found', `no template named '${name}'`);
}

function candidates(name: string, folder: string | undefined, access: LookupAccess): string[] {
  // The value of a variable stands in no folder of templates, so only the playbook's is looked at.
  const folders =
    folder === undefined
      ? access.searchPath
      : [...access.searchPath.flatMap((path) => [`${path}/templates`, path]), folder];
  return folders.map((path) => `${path}/${name}`);
}
