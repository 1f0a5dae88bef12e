/** Reads files, directories and links of a host with one stat and one sha256sum for all of them. See stat(1). */
import { pathFault } from '../base/host-path.ts';
import { sh, steps } from '../base/shell.ts';
import type { CommonProps, Observed, Probe, State } from './kind.ts';
import { parseSums, printSums } from './sums.ts';

const TYPES: Readonly<Record<string, string>> = {
  'regular file': 'file',
  'regular empty file': 'file',
  directory: 'directory',
  'symbolic link': 'link',
};

/** The probe that the file, directory and link kinds share. */
export const paths: Probe<CommonProps> = {
  name: 'paths',
  script(items) {
    const names = items.map((item) => item.name);
    const followed = items.flatMap((item) => ('follow' in item.props && item.props.follow ? [item.name] : []));
    const plain = names.filter((name) => !followed.includes(name));
    const links = items.flatMap((item) => ('target' in item.props ? [item.name] : []));
    const settings = items.flatMap((item) => ('settings' in item.props && item.props.settings ? [item.name] : []));
    return steps(
      followed.length > 0 &&
        sh`for gd_path in ${followed}; do stat -L -c '%F|%a|%U|%G|%n' -- "$gd_path" 2>/dev/null || stat -c '%F|%a|%U|%G|%n' -- "$gd_path" 2>/dev/null; done`,
      sh`stat -c '%F|%a|%U|%G|%n' -- ${plain} 2>/dev/null
echo`,
      links.length > 0 &&
        sh`for gd_path in ${links}; do test ! -L "$gd_path" || { printf '%s\n' "$gd_path"; readlink -- "$gd_path"; }; done`,
      sh`echo
${printSums(names)}`,
      settings.length > 0 &&
        sh`for gd_path in ${settings}; do test ! -f "$gd_path" ||
{ printf 'settings:%s ' "$gd_path"; grep -Ev '^[[:space:]]*(#|$)|^---[[:space:]]*$' "$gd_path" | sha256sum; }; done`,
    );
  },
  parse(stdout) {
    const [stats = '', links = '', sums = ''] = stdout.split(/^\n/m);
    const targets = parsePairs(links);
    const digests = new Map([...parseSums(sums), ...parseSettings(sums)]);
    const states = new Map<string, Observed>();
    for (const line of stats.split('\n')) {
      const { path, state } = parseStat(line) ?? {};
      if (path === undefined || !state) continue;
      const [content, target] = [digests.get(path), targets.get(path)];
      const more = { ...(content !== undefined && { content }), ...(target !== undefined && { target }) };
      states.set(path, { ...state, ...more });
    }
    return states;
  },
};

/** A text without what means nothing in it: lines that are empty or comments, and the mark at the begin of a YAML file. */
export function settingsOf(text: string): string {
  const lines = text.split('\n').filter((line) => !/^[ \t\r\f\v]*(?:#|$)|^---[ \t\r\f\v]*$/.test(line));
  return lines.map((line) => `${line}\n`).join('');
}

/** Parses lines such as `settings:/etc/nginx/conf.d/ssl.conf e3b0…b855  -`. */
function parseSettings(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/^settings:(.+) ([0-9a-f]{64}) {2}-$/gm)].map(([, path = '', digest = '']) => [
    path,
    digest,
  ]);
}

/** Refuses paths that the probe's line format (and a careful admin) can't carry: the graph has told users of them before. */
export function checkPath(path: string): void {
  const fault = pathFault(path);
  if (fault !== undefined) throw new Error(`${JSON.stringify(path)} is no path of a host: ${fault}`);
}

/** Parses one line of `stat -c '%F|%a|%U|%G|%n'`, such as `regular file|644|root|root|/etc/hosts`. */
function parseStat(line: string): { path: string; state: State } | undefined {
  const [type, mode, owner, group, ...rest] = line.split('|');
  if (!type || !mode || !owner || !group || rest.length === 0) return undefined;
  return { path: rest.join('|'), state: { type: TYPES[type] ?? type, mode: mode.padStart(4, '0'), owner, group } };
}

/** Parses lines of which each two belong together: a link, and what it says. */
function parsePairs(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n');
  return new Map(
    lines.flatMap((line, index) => (index % 2 === 0 && line ? [[line, lines[index + 1] ?? '']] : [])),
  );
}
