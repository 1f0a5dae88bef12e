/** All errors about playbooks. */
import path from 'node:path';
import { didYouMean } from '../../base/did-you-mean.ts';
import { GatError } from '../../base/errors.ts';
import type { Position } from '../../base/position.ts';

export const playbookSyntax = (position: Position, why: string) =>
  new GatError({ code: 'playbook/syntax', what: `cannot read ${position.file}`, where: position, why });

export const unknownKeyword = (position: Position, keyword: string, of: string, near: string | undefined) =>
  new GatError({
    code: 'playbook/unknown-keyword',
    what: `cannot read ${position.file}: \`${keyword}\` is no word of ${of}`,
    where: position,
    ...(near === undefined ? {} : { fix: `did you mean \`${near}\`?` }),
  });

export const taskKeyword = (position: Position, keyword: string, of: string) =>
  new GatError({
    code: 'playbook/unknown-keyword',
    what: `cannot read ${position.file}: \`${keyword}\` is no word of ${of}`,
    where: position,
    fix: `write it on the tasks or roles that it is for`,
  });

export const secondModule = (position: Position, name: string) =>
  new GatError({
    code: 'playbook/unknown-keyword',
    what: `cannot read ${position.file}: \`${name}\` is no word of a task that has a module already`,
    where: position,
    fix: 'put it into a task of its own, or correct the word',
  });

export const missingFile = (position: Position, name: string, folder: string, near?: string) =>
  new GatError({
    code: 'playbook/missing-file',
    what: `cannot read ${name}, which ${position.file} names`,
    where: position,
    why: `no such file in ${folder}`,
    ...(near !== undefined && { fix: `did you mean \`${near}\`?` }),
  });

export const importCycle = (position: Position, name: string) =>
  new GatError({
    code: 'playbook/import-cycle',
    what: `cannot import ${name}: it imports the file that imports it`,
    where: position,
  });

/** What a project may have of a name that is no playbook's. */
const OTHER_THINGS = {
  inventory: 'is the inventory',
  file: 'has no plays',
  group: 'is a group of the inventory',
  host: 'is a host of the inventory',
};

export type OtherThing = keyof typeof OTHER_THINGS;

export function unknownPlaybook(name: string, known: readonly string[], is?: OtherThing): GatError {
  const there = known.length > 0 ? `there are: ${known.join(', ')}` : 'the project has no playbooks';
  return new GatError({
    code: 'playbook/unknown',
    what: `cannot find a playbook or stack named ${name || "''"}`,
    why: is === undefined ? there : `${name} ${OTHER_THINGS[is]}; of playbooks and stacks ${there}`,
    fix: wayToPlaybook(name, known, is),
  });
}

function wayToPlaybook(name: string, known: readonly string[], is: OtherThing | undefined): string {
  const near = didYouMean(path.basename(name).replace(/\.ya?ml$/, ''), known);
  if (near !== undefined) return `did you mean ${near}?`;
  if (name === 'all') return `name the ones that you want: ${known.join(' ')}`;
  if (is === 'group' || is === 'host') return `name a playbook, and --limit ${name} to stay with this ${is}`;
  if (is !== undefined) return 'name a playbook';
  return "correct the name; in another folder than the project's, name that with -C FOLDER";
}

export const missingRolePart = (position: Position, role: string, part: string, folder: string) =>
  new GatError({
    code: 'playbook/missing-file',
    what: `cannot read ${part} of the role \`${role}\``,
    where: position,
    why: `there is no such file in ${folder}`,
  });

export const promptUnanswered = (position: Position, name: string) =>
  new GatError({
    code: 'playbook/prompt',
    what: `cannot ask for \`${name}\`: there is no terminal to ask at`,
    where: position,
    fix: `give it: -e ${name}=VALUE, or -e @FILE where it is a secret`,
  });
