/** Reads a playbook file and the playbooks that it imports. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { didYouMean } from '../../base/did-you-mean.ts';
import type { GatError } from '../../base/errors.ts';
import type { DictNode, Node } from '../../base/node.ts';
import { createTemplar } from '../../render/templar.ts';
import { pathKind } from '../files.ts';
import type { Variables } from '../inventory/model.ts';
import type { Loader } from '../loader.ts';
import { orError } from '../loader.ts';
import { NO_VARIABLES } from '../vars/variables.ts';
import { importCycle, missingFile, playbookSyntax } from './errors.ts';
import { IMPORT_PLAYBOOK_KEYWORDS } from './keywords.ts';
import { readPlay } from './play.ts';
import { checkKeywords, entry, isTemplate, oneOrMany, type PlaybookReader, textOf, varsOf } from './read.ts';
import type { Play, Playbook } from './types.ts';

const IMPORT_WORDS = ['import_playbook', 'ansible.builtin.import_playbook', 'ansible.legacy.import_playbook'];

const PLAY_WORDS = ['hosts', 'roles', 'tasks', ...IMPORT_WORDS];

/** Reads a playbook; its mistakes go to `problems`, and what could be read is returned. */
export function readPlaybook(
  file: string,
  loader: Loader,
  problems: GatError[],
  outside: Variables = NO_VARIABLES,
): Playbook {
  const plays = readPlays({ loader, problems, outside, file, folder: path.dirname(file) }, []);
  return { name: path.basename(file).replace(/\.ya?ml$/, ''), file, folder: path.dirname(file), plays };
}

/** Whether a parsed file is a playbook: a list of plays or imports. */
export function looksLikePlaybook(node: Node): boolean {
  if (node.kind !== 'list' || node.items.length === 0) return false;
  return node.items.every(
    (item) => item.kind === 'dict' && ['hosts', ...IMPORT_WORDS].some((word) => item.entries.has(word)),
  );
}

/** Whether a parsed file has anything of a play, perhaps one in which something is missing. */
export function hasPlays(node: Node): boolean {
  if (node.kind !== 'list') return false;
  return node.items.some((item) => item.kind === 'dict' && PLAY_WORDS.some((word) => item.entries.has(word)));
}

function readPlays(reader: PlaybookReader, importers: readonly string[]): Play[] {
  const { loader, problems, file } = reader;
  const root = orError(() => loader.values(file));
  if ('error' in root) {
    problems.push(root.error);
    return [];
  }
  if (root.value.kind !== 'list') {
    problems.push(
      playbookSyntax(
        root.value.position,
        'a playbook is a list of plays, each of which begins with `- hosts: GROUP`',
      ),
    );
    return [];
  }
  return root.value.items.flatMap((item) => readEntry(item, reader, [...importers, file]));
}

function readEntry(node: Node, reader: PlaybookReader, importers: readonly string[]): Play[] {
  if (node.kind !== 'dict') {
    reader.problems.push(playbookSyntax(node.position, 'a play must be a mapping'));
    return [];
  }
  const word = IMPORT_WORDS.find((one) => node.entries.has(one));
  if (word === undefined) {
    const play = readPlay(node, reader);
    return play ? [play] : [];
  }
  return readImport(node, word, reader, importers);
}

/** A file beside the one that is not there, with nearly its name. */
function nearest(file: string): string | undefined {
  const folder = path.dirname(file);
  return pathKind(folder) === 'directory' ? didYouMean(path.basename(file), readdirSync(folder)) : undefined;
}

function readImport(node: DictNode, word: string, reader: PlaybookReader, importers: readonly string[]): Play[] {
  checkKeywords(node, IMPORT_PLAYBOOK_KEYWORDS, 'an imported playbook', reader);
  const target = entry(node, word);
  const vars = varsOf(entry(node, 'vars'), reader);
  const name = target && importedName(target, new Map([...vars, ...(reader.outside ?? [])]), reader);
  if (!target || name === undefined) {
    reader.problems.push(playbookSyntax(node.position, 'import_playbook must name a file'));
    return [];
  }
  const file = path.resolve(reader.folder, name);
  if (pathKind(file) !== 'file')
    reader.problems.push(missingFile(target.position, name, reader.folder, nearest(file)));
  else if (importers.includes(file)) reader.problems.push(importCycle(target.position, name));
  else {
    const when = oneOrMany(entry(node, 'when'));
    const tags = oneOrMany(entry(node, 'tags'));
    const imported = { ...reader, file, folder: path.dirname(file) };
    return readPlays(imported, importers).map((play) => ({
      ...play,
      importedFrom: path.dirname(play.file),
      vars: new Map([...play.vars, ...vars]),
      when: [...when, ...play.when],
      keywords: withTags(play, tags),
    }));
  }
  return [];
}

/** A name that is a template knows the variables of the import and of the command line, as no host is chosen yet. */
function importedName(target: Node, variables: Variables, reader: PlaybookReader): string | undefined {
  if (!isTemplate(target)) return textOf(target);
  const scope = { lookup: (name: string) => variables.get(name)?.node, names: () => variables.keys() };
  const found = orError(() => createTemplar({ scope }).evaluate(target));
  if ('error' in found) reader.problems.push(found.error);
  return 'value' in found && typeof found.value === 'string' ? found.value : undefined;
}

function withTags(play: Play, tags: readonly Node[]): Play['keywords'] {
  if (tags.length === 0) return play.keywords;
  const items = [...tags, ...oneOrMany(play.keywords.get('tags'))];
  return new Map([...play.keywords, ['tags', { kind: 'list', items, position: play.position }]]);
}
