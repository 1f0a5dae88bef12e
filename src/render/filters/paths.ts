/** Filters on file names, as Python's posixpath and ntpath. */
import { posix, win32 } from 'node:path';
import { Fault, typeFault, valueFault } from '../fault.ts';
import { type PluginTable, plugin, type Tools } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { listItems } from '../python/iterate.ts';
import { isText, pyType } from '../python/kinds.ts';
import { type PyList, PyTuple, type PyValue } from '../python/value.ts';
import { isSequence, text, textList } from './arguments.ts';

const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function dirname(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1);
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '');
}

/** Python's `os.path.join`: an absolute part begins anew. */
export function joinPath(parts: readonly string[]): string {
  return parts.reduce((path, part, index) => {
    if (index === 0 || part.startsWith('/')) return part;
    return path === '' || path.endsWith('/') ? path + part : `${path}/${part}`;
  }, '');
}

/** Python's `os.path.normpath`: `//` at the beginning stays, the empty path is `.`. */
export function normalizePath(path: string): string {
  const [slashes = ''] = /^(?:\/\/(?!\/)|\/)/.exec(path) ?? [];
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    const above = parts.at(-1);
    if (part !== '..' || above === '..' || (above === undefined && slashes === '')) parts.push(part);
    else parts.pop();
  }
  return slashes + parts.join('/') || '.';
}

/** Python's `os.path.splitext`: leading dots of a name are no extension. */
function splitExtension(path: string): [string, string] {
  const name = basename(path);
  const dot = name.lastIndexOf('.');
  const isExtension = dot > 0 && /[^.]/.test(name.slice(0, dot));
  const cut = isExtension ? path.length - (name.length - dot) : path.length;
  return [path.slice(0, cut), path.slice(cut)];
}

function expandUser(path: string, tools: Tools): string {
  const match = /^~([^/]*)(.*)$/s.exec(path);
  if (!match) return path;
  const [, user = '', rest = ''] = match;
  const home = tools.access.home?.(user === '' ? undefined : user);
  return home === undefined ? path : home.replace(/\/+$/, '') + rest || '/';
}

function expandVariables(path: string, tools: Tools): string {
  return path.replace(/\$(\w+|\{[^}]*\})/g, (all, name: string) => {
    return tools.access.environment?.(name.startsWith('{') ? name.slice(1, -1) : name) ?? all;
  });
}

function relative(path: string, start: string, tools: Tools): string {
  if (path === '') throw valueFault('no path specified');
  const base = tools.access.searchPath[0] ?? '/';
  const absolute = (one: string) => normalizePath(joinPath([base, one]));
  return posix.relative(absolute(start), absolute(path)) || '.';
}

function realPath(path: string, tools: Tools): string {
  const base = tools.access.searchPath[0] ?? '/';
  const absolute = normalizePath(joinPath([base, path]));
  return tools.access.stat?.(absolute)?.realPath ?? absolute;
}

function commonPath(value: PyValue): string {
  if (!isSequence(value)) throw typeFault(`|commonpath expects sequence, got ${pyType(value)} instead.`);
  const paths = listItems(value).map(text);
  if (paths.length === 0) throw new Fault('value', 'commonpath() arg is an empty sequence');
  const absolute = paths[0]?.startsWith('/') ?? false;
  if (paths.some((path) => path.startsWith('/') !== absolute))
    throw new Fault('value', "Can't mix absolute and relative paths");
  const parts = paths.map((path) => path.split('/').filter((part) => part !== '' && part !== '.'));
  const [first = []] = parts;
  const differs = first.findIndex((part, index) => parts.some((other) => other[index] !== part));
  return (absolute ? '/' : '') + first.slice(0, differs < 0 ? first.length : differs).join('/');
}

function joinFilter(value: PyValue): string {
  if (isText(value)) return readText(value);
  if (isSequence(value)) {
    const parts = listItems(value).map(text);
    if (parts.length === 0) throw typeFault("join() missing 1 required positional argument: 'a'");
    return joinPath(parts);
  }
  throw typeFault(`|path_join expects string or sequence, got ${pyType(value)} instead.`);
}

/** Text for text, a list for a list, as Ansible wraps these functions. */
const onText = (change: (path: string, tools: Tools) => string) =>
  plugin('value', (tools, value) => change(text(value), tools), { secrecy: 'redact' });

function splitDrive(path: string): PyTuple {
  const { root } = win32.parse(path);
  const drive = root.replace(/[\\/]$/, '');
  return new PyTuple([drive, path.slice(drive.length)]);
}

function windowsDirectory(path: string): string {
  const end = Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1;
  const head = path.slice(0, end);
  return /^([A-Za-z]:)?[\\/]*$/.test(head) ? head : head.replace(/[\\/]+$/, '');
}

function fileGlob(value: PyValue, tools: Tools): PyList {
  const pattern = text(value);
  const folder = dirname(pattern);
  const names = tools.access.listDirectory?.(folder) ?? [];
  const matches = globPattern(basename(pattern));
  const paths = names.filter((name) => matches.test(name)).map((name) => joinPath([folder, name]));
  return textList(paths.filter((path) => tools.access.stat?.(path)?.kind === 'file'));
}

/** A file name pattern with `*`, `?` and `[…]` as a regular expression; hidden names need a dot. */
export function globPattern(pattern: string): RegExp {
  const body = pattern.replace(/\*+|\?|\[!?\]?[^\]]*\]|[\s\S]/g, (part) => {
    if (part.startsWith('*')) return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
    return part.replace(/[\\^$.+()|{}[\]]/g, '\\$&');
  });
  return new RegExp(`^${pattern.startsWith('.') ? '' : '(?!\\.)'}${body}$`, 'u');
}

export const PATH_FILTERS: PluginTable = {
  basename: onText(basename),
  commonpath: plugin('paths', (_t, value) => commonPath(value)),
  dirname: onText(dirname),
  expanduser: onText(expandUser),
  expandvars: onText(expandVariables),
  fileglob: plugin('pathname', (tools, value) => fileGlob(value, tools)),
  normpath: onText(normalizePath),
  path_join: plugin('paths', (_t, value) => joinFilter(value), { secrecy: 'redact' }),
  realpath: onText(realPath),
  relpath: plugin("path, start='.'", (tools, path, start) => relative(text(path), text(start), tools)),
  splitext: plugin('value', (_t, value) => new PyTuple(splitExtension(text(value)))),
  win_basename: onText((path) => path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1)),
  win_dirname: onText(windowsDirectory),
  win_splitdrive: plugin('value', (_t, value) => splitDrive(text(value))),
};
