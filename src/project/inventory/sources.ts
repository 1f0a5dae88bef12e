/** Inventory sources: which reader takes which file; folders, lists of hosts and programs. */
import { accessSync, constants, readdirSync } from 'node:fs';
import path from 'node:path';
import type { GatError } from '../../base/errors.ts';
import { startOf } from '../errors.ts';
import { pathKind } from '../files.ts';
import { type Loader, orError } from '../loader.ts';
import { addHosts } from './add-hosts.ts';
import { type Address, parseAddress } from './address.ts';
import { inventoryBroken, inventoryMissing, inventoryUnparsed, scriptRefused } from './errors.ts';
import { readIni } from './ini.ts';
import { addGroup, emptyInventory, type InventoryData, InventoryFault, reconcile } from './model.ts';
import { readScript } from './script.ts';
import { readYamlInventory } from './yaml.ts';

const YAML_EXTENSIONS = new Set(['', '.yaml', '.yml', '.json']);
const NEVER = /^\.|^(?:host_vars|group_vars|vars_plugins)$/;
const EXTENSIONS = [
  '~',
  ...['pyc', 'pyo', 'swp', 'bak', 'rpm', 'md', 'txt', 'rst', 'orig', 'cfg', 'retry'].map((one) => `.${one}`),
];

/** What the sources gave; `failures` are the sources that could not be read. */
export type LoadedSources = { readonly data: InventoryData; readonly failures: readonly GatError[] };

type Reading = {
  readonly data: InventoryData;
  readonly failures: GatError[];
  readonly loader: Loader;
  readonly allowScripts: boolean;
  /** Whether a file of a folder is no source. */
  readonly isIgnored: (name: string) => boolean;
};

/** How sources are read: what ansible.cfg and the command line say of it. */
type SourceOptions = {
  readonly allowScripts: boolean;
  readonly merge: boolean;
  readonly extensions?: readonly string[] | undefined;
  readonly patterns?: readonly string[];
};

/** Reads the sources in order. A source that can't be read is a failure, and the others go on. */
export function loadSources(
  sources: readonly string[],
  loader: Loader,
  { allowScripts, merge, extensions = EXTENSIONS, patterns = [] }: SourceOptions,
): LoadedSources {
  const isIgnored = (name: string): boolean =>
    NEVER.test(name) || extensions.some((one) => name.endsWith(one)) || patterns.some((one) => matches(one, name));
  const reading: Reading = { data: emptyInventory(merge), failures: [], loader, allowScripts, isIgnored };
  let parsed = false;
  for (const source of sources) parsed = readSource(source, reading) || parsed;
  if (parsed) reconcileOrFail(reading.data);
  return { data: reading.data, failures: reading.failures };
}

/** Only a group above `all` can break the rules now, and no file is to blame alone. */
function reconcileOrFail(data: InventoryData): void {
  try {
    reconcile(data);
  } catch (error) {
    if (error instanceof InventoryFault) throw inventoryBroken(error.message);
    throw error;
  }
}

function readSource(source: string, reading: Reading): boolean {
  const kind = pathKind(source);
  if (kind === 'directory') return readFolder(source, reading);
  if (kind === undefined && source.includes(',')) return readHostList(source, reading);
  if (kind === undefined) return fail(reading, inventoryMissing(startOf(reading.loader.shown(source))));
  return isProgram(source, reading.loader) ? runScript(source, reading) : readFile(source, reading);
}

function readFolder(folder: string, reading: Reading): boolean {
  let parsed = false;
  for (const name of readdirSync(folder).sort()) {
    if (reading.isIgnored(name)) continue;
    parsed = readSource(path.join(folder, name), reading) || parsed;
  }
  return parsed;
}

/** A pattern that is none of this language's matches nothing. */
function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern).test(name);
  } catch {
    return false;
  }
}

function readHostList(source: string, reading: Reading): boolean {
  const ungrouped = addGroup(reading.data, 'ungrouped');
  const position = startOf('-i');
  for (const text of source.split(',').map((part) => part.trim())) {
    const { host, port } = addressWithoutRange(text);
    if (host === '' || reading.data.hosts.has(host)) continue;
    addHosts(reading.data, ungrouped, {
      hosts: [host],
      variables: [],
      position,
      source: undefined,
      ...(port ? { port } : {}),
    });
  }
  return true;
}

/** In a list of hosts, ranges aren't expanded: `h[1:3]` is the name of one host. */
function addressWithoutRange(text: string): Address {
  const address = parseAddress(text);
  return address && !address.host.includes('[') ? address : { host: text };
}

/** Tries YAML where the name allows it, then INI; reports the fault of the reader that the file looks like. */
function readFile(source: string, reading: Reading): boolean {
  const shown = reading.loader.shown(source);
  const extension = path.extname(source);
  if (extension === '.toml')
    return fail(reading, inventoryUnparsed(startOf(shown), 'inventories in TOML are not supported'));
  const read = orError(() => reading.loader.readText(source).text);
  if ('error' in read) return fail(reading, read.error);
  const yaml = YAML_EXTENSIONS.has(extension) && mayBeYaml(read.value) ? readAsYaml(source, reading) : undefined;
  if (yaml === 'read') return true;
  const fault = readIni({ text: read.value, file: shown, source }, reading.data);
  if (!fault) return true;
  if (yaml && (extension !== '' || read.value.startsWith('---'))) return fail(reading, yaml);
  return fail(reading, inventoryUnparsed({ file: shown, line: fault.line, column: 1 }, fault.text));
}

/** A mapping has a colon before a space or line end, or braces; most INI files have neither, and parsing them is in vain. */
function mayBeYaml(text: string): boolean {
  const firstLine = /^(?![ \t]*(?:[#;]|\r?$)).*$/m.exec(text)?.[0] ?? '';
  return !/^\[[^\]]+\]\s*(?:#.*)?$/.test(firstLine) && /:(?:\s|$)|\{/m.test(text);
}

function readAsYaml(source: string, reading: Reading): 'read' | GatError {
  const { data, loader } = reading;
  const root = orError(() => loader.values(source));
  if ('error' in root) return root.error;
  const fault = readYamlInventory(root.value, { data, source, warn: loader.warn });
  return fault ? inventoryUnparsed(fault.position, fault.text) : 'read';
}

/** A file counts as a program when it may be executed and begins like one; some file systems mark all files executable. */
function isProgram(source: string, loader: Loader): boolean {
  try {
    accessSync(source, constants.X_OK);
  } catch {
    return false;
  }
  const start = loader.readStart(source, 4);
  return start.startsWith('#!') || start.startsWith('\u007fELF');
}

function runScript(source: string, reading: Reading): boolean {
  const shown = reading.loader.shown(source);
  if (!reading.allowScripts) throw scriptRefused(startOf(shown));
  const fault = readScript(source, shown, reading.data);
  return fault === undefined || fail(reading, inventoryUnparsed(startOf(shown), fault));
}

function fail(reading: Reading, error: GatError): false {
  reading.failures.push(error);
  return false;
}
