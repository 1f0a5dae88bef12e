/** Reads files, directories and links of a host with one stat and one sha256sum for all of them. See stat(1). */
import { sh } from '../base/shell.ts';
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
    return sh`stat -c '%F|%a|%U|%G|%N' -- ${names} 2>/dev/null
echo
${printSums(names)}`;
  },
  parse(stdout) {
    const [stats = '', sums = ''] = stdout.split('\n\n', 2);
    const digests = parseSums(sums);
    const states = new Map<string, Observed>();
    for (const line of stats.split('\n')) {
      const parsed = parseStat(line);
      if (!parsed) continue;
      const digest = digests.get(parsed.path);
      states.set(parsed.path, digest === undefined ? parsed.state : { ...parsed.state, content: digest });
    }
    return states;
  },
};

/** Refuses paths that the probe's line format (and a careful admin) can't carry. */
export function checkPath(path: string): void {
  if (!path.startsWith('/') || /[\p{Cc}\\]/u.test(path)) {
    throw new Error(
      `a path must be absolute and free of control characters and backslashes: ${JSON.stringify(path)}`,
    );
  }
}

/** Parses one line of `stat -c '%F|%a|%U|%G|%N'`, such as `regular file|644|root|root|'/etc/hosts'`. */
function parseStat(line: string): { path: string; state: State } | undefined {
  const [type, mode, owner, group, ...rest] = line.split('|');
  const names = /^(.+?)(?: -> (.+))?$/s.exec(rest.join('|'));
  if (!type || !mode || !owner || !group || !names?.[1]) return undefined;
  const state: State = { type: TYPES[type] ?? type, mode: mode.padStart(4, '0'), owner, group };
  return {
    path: unquote(names[1]),
    state: names[2] === undefined ? state : { ...state, target: unquote(names[2]) },
  };
}

/** GNU stat quotes a name as the shell would when it must (`'it'\''s'` or `"it's"`); busybox always with `'`. */
function unquote(name: string): string {
  if (name.startsWith('"')) return name.slice(1, -1);
  return name.replace(/^'|'$/g, '').replaceAll("'\\''", "'");
}
