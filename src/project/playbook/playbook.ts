/** Reads a playbook file and the playbooks that it imports. */
import path from 'node:path';
import type { GatError } from '../../base/errors.ts';
import type { DictNode, Node } from '../../base/node.ts';
import { pathKind } from '../files.ts';
import type { Loader } from '../loader.ts';
import { orError } from '../loader.ts';
import { importCycle, missingFile, playbookSyntax } from './errors.ts';
import { IMPORT_PLAYBOOK_KEYWORDS } from './keywords.ts';
import { readPlay } from './play.ts';
import { checkKeywords, entry, isTemplate, oneOrMany, type PlaybookReader, textOf, varsOf } from './read.ts';
import type { Play, Playbook } from './types.ts';

const IMPORT_WORDS = ['import_playbook', 'ansible.builtin.import_playbook', 'ansible.legacy.import_playbook'];

/** Reads a playbook; its mistakes go to `problems`, and what could be read is returned. */
export function readPlaybook(file: string, loader: Loader, problems: GatError[]): Playbook {
  const plays = readPlays(file, loader, problems, []);
  return { name: path.basename(file).replace(/\.ya?ml$/, ''), file, folder: path.dirname(file), plays };
}

/** Whether a parsed file is a playbook: a list of plays or imports. */
export function looksLikePlaybook(node: Node): boolean {
  if (node.kind !== 'list' || node.items.length === 0) return false;
  return node.items.every(
    (item) => item.kind === 'dict' && ['hosts', ...IMPORT_WORDS].some((word) => item.entries.has(word)),
  );
}

function readPlays(file: string, loader: Loader, problems: GatError[], importers: readonly string[]): Play[] {
  const reader: PlaybookReader = { loader, problems, file, folder: path.dirname(file) };
  const root = orError(() => loader.values(file));
  if ('error' in root) {
    problems.push(root.error);
    return [];
  }
  if (root.value.kind !== 'list') {
    problems.push(playbookSyntax(root.value.position, 'a playbook is a list of plays'));
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

function readImport(node: DictNode, word: string, reader: PlaybookReader, importers: readonly string[]): Play[] {
  checkKeywords(node, IMPORT_PLAYBOOK_KEYWORDS, 'an imported playbook', reader);
  const target = entry(node, word);
  const name = textOf(target);
  if (!target || name === undefined || isTemplate(target)) {
    reader.problems.push(
      playbookSyntax(node.position, 'import_playbook must name a file; templates are not supported here'),
    );
    return [];
  }
  const file = path.resolve(reader.folder, name);
  if (pathKind(file) !== 'file') reader.problems.push(missingFile(target.position, name, reader.folder));
  else if (importers.includes(file)) reader.problems.push(importCycle(target.position, name));
  else {
    const vars = varsOf(entry(node, 'vars'), reader);
    const when = oneOrMany(entry(node, 'when'));
    const tags = oneOrMany(entry(node, 'tags'));
    return readPlays(file, reader.loader, reader.problems, importers).map((play) => ({
      ...play,
      vars: new Map([...play.vars, ...vars]),
      when: [...when, ...play.when],
      keywords: withTags(play, tags),
    }));
  }
  return [];
}

function withTags(play: Play, tags: readonly Node[]): Play['keywords'] {
  if (tags.length === 0) return play.keywords;
  const items = [...tags, ...oneOrMany(play.keywords.get('tags'))];
  return new Map([...play.keywords, ['tags', { kind: 'list', items, position: play.position }]]);
}
