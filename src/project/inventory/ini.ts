/** INI inventories, line by line as Ansible's ini plugin reads them. */
import { didYouMean } from '../../base/did-you-mean.ts';
import type { Position } from '../../base/position.ts';
import { parsePythonLiteral } from '../python-literal.ts';
import { splitShellWords } from '../shell-words.ts';
import { addHosts, isInventoryFault, type NamedHosts } from './add-hosts.ts';
import { expandHosts } from './address.ts';
import { addChildGroup, addGroup, type Group, type InventoryData, InventoryFault } from './model.ts';
import { setGroupVariable } from './variables.ts';

const SECTION = /^\[([^:\]\s]+)(?::([\p{L}\p{N}_]+))?\]\s*(?:#.*)?$/u;
const GROUP_NAME = /^([^:\]\s]+)\s*(?:#.*)?$/u;
// Python's str.splitlines and str.strip, which differ from JavaScript's in the characters they know.
const OTHER_BREAKS = '\\n\\r\\v\\f\\u001c-\\u001e\\u0085\\u2028\\u2029';
const LINE_BREAK = new RegExp(`\\r\\n|[${OTHER_BREAKS}]`, 'u');
const SPACES = '[\\t-\\r\\u001c- \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const OUTER_SPACES = new RegExp(`^${SPACES}|${SPACES}$`, 'gu');

const BYTE_ORDER_MARK =
  'the file begins with a byte order mark (BOM), which Ansible does not read; save it as UTF-8 without BOM';

type Kind = 'hosts' | 'children' | 'vars';

/** A group that is used and not declared yet. */
type Pending = { readonly kind: 'vars' | 'children'; readonly line: number; readonly parents: Group[] };

type Reader = {
  readonly data: InventoryData;
  readonly file: string;
  readonly source: string;
  readonly pending: Map<string, Pending>;
  group: Group;
  kind: Kind;
  line: number;
};

/** A line that can't be read, with its number. */
export type IniFault = { readonly line: number; readonly text: string };

/** What is read, and under which names. */
export type IniSource = { readonly text: string; readonly file: string; readonly source: string };

/**
 * Reads an INI inventory into the data. At the first broken line it stops and returns why; what stood above stays in the
 * data, as in Ansible.
 */
export function readIni(input: IniSource, data: InventoryData): IniFault | undefined {
  const { file, source } = input;
  const group = addGroup(data, 'ungrouped');
  const reader: Reader = { data, file, source, pending: new Map(), group, kind: 'hosts', line: 0 };
  if (input.text.startsWith('\ufeff')) return { line: 1, text: BYTE_ORDER_MARK };
  try {
    for (const line of input.text.split(LINE_BREAK)) readLine(strip(line), reader);
    checkPending(reader);
    return undefined;
  } catch (error) {
    if (!isInventoryFault(error)) throw error;
    return { line: reader.line, text: error.message };
  }
}

function readLine(line: string, reader: Reader): void {
  reader.line++;
  if (line === '' || line.startsWith('#') || line.startsWith(';')) return;
  const section = SECTION.exec(line);
  if (section) openSection(section[1] ?? '', section[2] ?? 'hosts', reader);
  else if (line.startsWith('[') && line.endsWith(']'))
    throw new InventoryFault(`\`${line}\` is no section: a name of a group has no spaces and no colon`);
  else if (/^\[[^\]]*$/.test(line))
    throw new InventoryFault(`the section \`${line}\` is not closed: a ] is missing`);
  else if (reader.kind === 'vars') readGroupVariable(line, reader);
  else if (reader.kind === 'children') readChild(line, reader);
  else readHosts(line, reader);
}

function openSection(name: string, kind: string, reader: Reader): void {
  if (kind !== 'hosts' && kind !== 'children' && kind !== 'vars')
    throw new InventoryFault(
      `the section [${name}:${kind}] is of no known kind; there are [${name}], [${name}:children] and [${name}:vars]`,
    );
  const isNew = !reader.data.groups.has(name);
  if (isNew && kind === 'vars' && !reader.pending.has(name))
    reader.pending.set(name, { kind, line: reader.line, parents: [] });
  reader.group = addGroup(reader.data, name);
  reader.kind = kind;
  if (kind === 'vars') return;
  if (reader.pending.get(name)?.kind === 'children') declarePending(reader.group, reader);
  reader.pending.delete(name);
}

/** Puts a group that was used before its declaration below its parents. */
function declarePending(group: Group, reader: Reader): void {
  const pending = reader.pending.get(group.name);
  reader.pending.delete(group.name);
  for (const parent of pending?.parents ?? []) {
    addChildGroup(parent, group);
    if (reader.pending.get(parent.name)?.kind === 'children') declarePending(parent, reader);
  }
}

function readChild(line: string, reader: Reader): void {
  const name = GROUP_NAME.exec(line)?.[1];
  if (name === undefined) throw new InventoryFault(`\`${line}\` is no name of a group`);
  const child = reader.data.groups.get(name);
  const pending = reader.pending.get(name);
  if (child) addChildGroup(reader.group, child);
  else if (pending) pending.parents.push(reader.group);
  else reader.pending.set(name, { kind: 'children', line: reader.line, parents: [reader.group] });
}

function readGroupVariable(line: string, reader: Reader): void {
  const at = line.indexOf('=');
  if (at < 0) throw new InventoryFault(`\`${line}\` is not written key=value`);
  const position = { file: reader.file, line: reader.line, column: 1 };
  const node = parsePythonLiteral(strip(line.slice(at + 1)), position);
  setGroupVariable(reader.data, reader.group, strip(line.slice(0, at)), { node, position });
}

function readHosts(line: string, reader: Reader): void {
  const [pattern = '', ...words] = splitShellWords(line);
  const { hosts, port } = expandHosts(pattern);
  if (port === undefined && strip(pattern).endsWith(':'))
    throw new InventoryFault(`\`${pattern}\` ends in a colon, which stands before a port`);
  if (hosts.some((host) => strip(host) === '---')) throw new InventoryFault('`---` begins a YAML file');
  const position: Position = { file: reader.file, line: reader.line, column: 1 };
  const variables = words.map((word) => parseAssignment(word, position));
  const named: NamedHosts = {
    hosts,
    variables,
    position,
    source: reader.source,
    ...(port === undefined ? {} : { port }),
  };
  addHosts(reader.data, reader.group, named);
}

function parseAssignment(word: string, position: Position) {
  const at = word.indexOf('=');
  if (at < 0)
    throw new InventoryFault(`\`${word}\` after the name of a host is not written key=value, without spaces`);
  return [word.slice(0, at), parsePythonLiteral(word.slice(at + 1), position)] as const;
}

function checkPending(reader: Reader): void {
  for (const [name, pending] of reader.pending) {
    reader.line = pending.line;
    const near = didYouMean(name, reader.data.groups.keys());
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    const section = pending.kind === 'vars' ? name : pending.parents.at(-1)?.name;
    throw new InventoryFault(
      pending.kind === 'vars'
        ? `[${section}:vars] is about the group ${name}, which is not declared${hint}`
        : `[${section}:children] names the group ${name}, which is not declared${hint}`,
    );
  }
}

function strip(text: string): string {
  return text.replace(OUTER_SPACES, '');
}
