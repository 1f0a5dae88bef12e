/** Lookups that read files: file, template, fileglob, first_found, csvfile, unvault. */

import { Fault } from '../fault.ts';
import { isSequence } from '../filters/arguments.ts';
import { globPattern, joinPath } from '../filters/paths.ts';
import type { Tools } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { PyDict } from '../python/dict.ts';
import { listItems } from '../python/iterate.ts';
import { isText, pyType } from '../python/kinds.ts';
import { str } from '../python/repr.ts';
import { strip } from '../python/text.ts';
import { Marker, type PyValue } from '../python/value.ts';
import { templateVariables } from '../template-variables.ts';
import { forbidden, type Lookup, type Options, optionFlag, optionText, withPairs } from './lookup.ts';
import { findFile, readNamedFile } from './search.ts';

const file: Lookup = (tools, terms, options) =>
  terms.map((term) => {
    const { text } = readNamedFile(tools, str(term), 'files');
    const left = optionFlag(options, 'lstrip', false) ? strip(text, undefined, 'left') : text;
    return optionFlag(options, 'rstrip', true) ? strip(left, undefined, 'right') : left;
  });

const unvault: Lookup = (tools, terms) => terms.map((term) => readNamedFile(tools, str(term), 'files').text);

const OVERRIDES = [
  'variable_start_string',
  'variable_end_string',
  'comment_start_string',
  'comment_end_string',
  'trim_blocks',
];

const template: Lookup = (tools, terms, options) =>
  terms.map((term) => {
    const { path, text } = readNamedFile(tools, str(term), 'templates');
    const result = tools.render(text, path, variablesFor(tools, path, str(term), options), overrides(options));
    if (result instanceof Marker) throw result.fault;
    return result;
  });

function variablesFor(tools: Tools, file: string, written: string, options: Options): Map<string, PyValue> {
  const isSet = (name: string) => new Set(tools.names()).has(name);
  const variables = templateVariables({ file, written }, tools.access, isSet);
  const extra = options.get('template_vars');
  if (extra instanceof PyDict) for (const [key, value] of extra.entries()) variables.set(str(key), value);
  return variables;
}

function overrides(options: Options): Map<string, unknown> {
  const settings = new Map<string, unknown>();
  for (const name of OVERRIDES) {
    const value = options.get(name);
    if (value === undefined) continue;
    settings.set(name, name === 'trim_blocks' ? optionFlag(options, name, true) : str(value));
  }
  return settings;
}

const fileGlob: Lookup = (tools, terms) => {
  const { listDirectory, stat, searchPath } = tools.access;
  if (!listDirectory || !stat) throw forbidden('list folders');
  return terms.flatMap((term) => {
    const name = str(term);
    const folder = name.slice(0, name.lastIndexOf('/') + 1);
    const matches = globPattern(name.slice(folder.length));
    const folders = folder.startsWith('/')
      ? [folder]
      : searchPath.flatMap((path) => [joinPath([path, 'files', folder]), joinPath([path, folder])]);
    const holder = folders.find((path) => listDirectory(path) !== undefined);
    const names =
      holder === undefined ? [] : [...(listDirectory(holder) ?? [])].filter((one) => matches.test(one));
    return names.map((one) => joinPath([holder ?? '', one])).filter((path) => stat(path)?.kind === 'file');
  });
};

const firstFound: Lookup = (tools, terms, options) => {
  if (!tools.access.readFile && !tools.access.stat) throw forbidden('look for files');
  const given = terms.length > 0 ? terms : [options.get('files') ?? ''];
  for (const name of collectFiles(given, options)) {
    const path = findAnywhere(tools, name);
    if (path !== undefined) return [path];
  }
  if (
    terms
      .flatMap((term) => (isSequence(term) ? listItems(term) : [term]))
      .some((term) => term instanceof PyDict && skips(term)) ||
    optionFlag(options, 'skip', false)
  )
    return [];
  throw new Fault('other', 'No file was found when using first_found.');
};

function findAnywhere(tools: Tools, name: string): string | undefined {
  const folders = ['templates', 'vars', 'files', undefined];
  return folders.map((folder) => findFile(tools, name, folder)).find((found) => found !== undefined);
}

const skips = (term: PyDict): boolean => {
  const skip = term.get('skip');
  return skip !== undefined && optionFlag(new Map([['skip', skip]]), 'skip', false);
};

function collectFiles(terms: readonly PyValue[], options: Options): string[] {
  return terms.flatMap((term) => {
    if (term instanceof Marker) throw term.fault;
    if (isSequence(term)) return collectFiles(listItems(term), options);
    if (term instanceof PyDict)
      return joinAll(namesIn(term.get('paths'), /[,:;]/), namesIn(term.get('files'), /[,;]/));
    if (!isText(term)) throw new Fault('other', `Invalid term supplied, not ${pyType(term)}`);
    return joinAll(namesIn(options.get('paths'), /[,:;]/), [readText(term)]);
  });
}

function joinAll(paths: readonly string[], files: readonly string[]): string[] {
  return paths.length === 0 ? [...files] : paths.flatMap((path) => files.map((name) => joinPath([path, name])));
}

function namesIn(value: PyValue | undefined, separator: RegExp): string[] {
  if (value === undefined || value === null) return [];
  const items = isSequence(value) ? listItems(value).map(str) : [str(value)];
  return items
    .flatMap((item) => item.split(separator))
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

const csvFile: Lookup = (tools, terms, options) =>
  terms.flatMap((term) => {
    const [key = '', ...words] = str(term).split(/\s+/);
    return csvValue(tools, key, withPairs(options, words));
  });

function csvValue(tools: Tools, key: string, options: Options): PyValue[] {
  const { text } = readNamedFile(tools, optionText(options, 'file', 'ansible.csv'), 'files');
  const delimiter = optionText(options, 'delimiter', 'TAB');
  const [column, keyColumn] = [
    Number(optionText(options, 'col', '1')),
    Number(optionText(options, 'keycol', '0')),
  ];
  const rows = text.split(/\r?\n/).map((line) => splitRow(line, delimiter === 'TAB' ? '\t' : delimiter));
  const row = rows.find((cells) => cells[keyColumn] === key);
  const value = row?.[column] ?? options.get('default') ?? null;
  return value === null ? [] : [value];
}

function splitRow(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (const char of line) {
    if (char === '"') quoted = !quoted;
    else if (char === delimiter && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += char;
  }
  return [...cells, cell];
}

export const FILE_LOOKUPS: Readonly<Record<string, Lookup>> = {
  file,
  template,
  fileglob: fileGlob,
  first_found: firstFound,
  csvfile: csvFile,
  unvault,
};
