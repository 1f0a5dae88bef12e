/** Tests on files of the controller. */
import { Fault } from '../fault.ts';
import { text } from '../filters/arguments.ts';
import { joinPath, normalizePath } from '../filters/paths.ts';
import type { PathState } from '../lookups/access.ts';
import { type PluginTable, plugin, type Tools } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { isInt, needText } from '../python/kinds.ts';
import type { PyValue } from '../python/value.ts';

function state(tools: Tools, value: PyValue): PathState | undefined {
  if (!tools.access.stat) throw new Fault('forbidden', 'this template may not look at files of the controller');
  if (isInt(value)) return undefined;
  const path = readText(needText(value));
  return tools.access.stat(normalizePath(joinPath([tools.access.searchPath[0] ?? '/', path])));
}

const asks = (holds: (found: PathState) => boolean) =>
  plugin('path', (tools, value) => {
    const found = state(tools, value);
    return found !== undefined && holds(found);
  });

const absolute = plugin('path', (_t, value) => readText(needText(value)).startsWith('/'));
const directory = asks((found) => found.kind === 'directory');
const file = asks((found) => found.kind === 'file');
const link = plugin('path', (tools, value) => {
  const path = needText(value, 'path');
  return state(tools, path)?.link === true;
});
const mount = asks((found) => found.mount);
/** Whether a file of the controller is one that ansible-vault made. */
const vaultedFile = plugin('path', (tools, value) => {
  if (!tools.access.readFile) throw new Fault('forbidden', 'this template may not read files of the controller');
  const bytes = tools.access.readFile(normalizePath(joinPath([tools.access.searchPath[0] ?? '/', text(value)])));
  if (!bytes) throw new Fault('other', `no file '${text(value)}'`);
  return Buffer.from(bytes.subarray(0, 15)).toString('latin1') === '$ANSIBLE_VAULT;';
});
const sameFile = plugin('a, b', (tools, a, b) => {
  const [first, second] = [state(tools, a), state(tools, b)];
  if (!first || !second) throw new Fault('other', 'no such file or directory');
  return first.identity === second.identity;
});

export const FILE_TESTS: PluginTable = {
  abs: absolute,
  directory,
  exists: asks(() => true),
  file,
  is_abs: absolute,
  is_dir: directory,
  is_file: file,
  is_link: link,
  is_mount: mount,
  is_same_file: sameFile,
  link,
  link_exists: asks(() => true),
  mount,
  same_file: sameFile,
  vaulted_file: vaultedFile,
};
