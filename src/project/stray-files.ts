/** Files of variables that count for nobody because their name is a misspelt group or host. */
import path from 'node:path';
import { didYouMean } from '../base/did-you-mean.ts';
import type { Project } from './project.ts';
import { hiddenIn, namesIn } from './vars/group-files.ts';

/** More of them are no slips of the pen, but belong to another inventory. */
const MOST = 20;

/** Warns of each file that no group or host has, where one with nearly its name has none, and of those behind a namesake. */
export function warnStray(project: Project): void {
  warnMisspelt(project);
  warnBehind(project);
}

/** A file of variables beside a folder of the same name, for example, which Ansible does not read either. */
function warnBehind({ inventory, sources, loader }: Project): void {
  for (const folder of new Set([...sources.inventoryFolders, sources.playbookFolder]))
    for (const [kind, known] of [
      ['group_vars', inventory.groups],
      ['host_vars', inventory.hosts],
    ] as const)
      for (const { name, entry, first } of hiddenIn(folder, kind)) {
        if (!known.has(name)) continue;
        const position = { file: loader.shown(path.join(folder, kind, entry)), line: 1, column: 0 };
        loader.warn({
          position,
          text: `it is not read, as ${loader.shown(path.join(folder, kind, first))} comes first; move it in there`,
        });
      }
}

function warnMisspelt({ inventory, sources, loader }: Project): void {
  const kinds = [
    { kind: 'group_vars', of: 'group', known: inventory.groups },
    { kind: 'host_vars', of: 'host', known: inventory.hosts },
  ] as const;
  for (const folder of new Set([...sources.inventoryFolders, sources.playbookFolder]))
    for (const { kind, of, known } of kinds)
      for (const { entry, name, near } of strays(namesIn(folder, kind), [...known.keys()])) {
        const position = { file: loader.shown(path.join(folder, kind, entry)), line: 1, column: 0 };
        loader.warn({
          position,
          text: `it is read for nobody: no ${of} is called ${name}; did you mean \`${near}\`?`,
        });
      }
}

function strays(files: ReadonlyMap<string, string>, known: readonly string[]) {
  const all = new Set(known);
  const unknown = [...files].filter(([name]) => !all.has(name));
  if (unknown.length === 0 || unknown.length > MOST) return [];
  const without = known.filter((name) => !files.has(name));
  return unknown.flatMap(([name, entry]) => {
    const near = didYouMean(name, without);
    return near === undefined ? [] : [{ entry, name, near }];
  });
}
