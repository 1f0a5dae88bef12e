/**
 * Whether a running process has loaded what is on disk now. At each start gatdeploy notes what the unit loaded and the
 * unit's InvocationID; for a process that somebody else started, the times decide. See systemd.exec(5), "INVOCATION_ID".
 */
import { type Script, sh, steps } from '../base/shell.ts';
import type { Loadable } from './kind.ts';
import { parseSums, printSums } from './sums.ts';

/** Where the notes of what each unit has loaded are kept on a host. */
export const NOTES = '/var/lib/gatdeploy/loaded';

/** One digest line: what it is of, its digest, and when it last changed (seconds since 1970). */
export type Digest = { readonly of: string; readonly digest: string; readonly changedAt: number };

/** What the last start noted, and for which run of the unit. */
export type Note = {
  readonly invocation: string;
  readonly digests: ReadonlyMap<string, string>;
  /** When each had changed last, in seconds since 1970. */
  readonly times: ReadonlyMap<string, number>;
};

/**
 * A script that prints what `parseDigests` reads, by one process each for all files, times and packages: digests of the
 * files, times of the files and of the packages' lists, versions of the packages, and a line for each tree.
 */
export function printDigests(loadables: readonly Loadable[]): Script {
  const files = namesOf(loadables, 'file');
  const packages = namesOf(loadables, 'package');
  const trees = namesOf(loadables, 'tree');
  const timed = [...files, ...packages.map(listPath)];
  return steps(
    files.length > 0 && printSums(files),
    timed.length > 0 && sh`stat -L -c '%Z at:%n' -- ${timed} 2>/dev/null || true`,
    packages.length > 0 &&
      sh`dpkg-query -W -f 'version \${Version} \${Package}\n' -- ${packages} 2>/dev/null || true`,
    trees.length > 0 &&
      sh`for gd_tree in ${trees}; do test -d "$gd_tree" || continue
gd_lists=$(find "$gd_tree" -maxdepth 5 -name '*.dist-info' -prune -print | sort)
printf '%s %s tree:%s\n' "$(printf %s "$gd_lists" | sha256sum | cut -d' ' -f1)" "$(stat -c %Z -- "$gd_tree"/lib/*/site-packages | sort -n | tail -n 1)" "$gd_tree"; done`,
    sh`true`,
  );
}

/** The names of all loadables of one type, each once. */
function namesOf(loadables: readonly Loadable[], type: Loadable['type']): readonly string[] {
  const names = loadables.flatMap((item) =>
    item.type !== type ? [] : [item.type === 'package' ? item.name : item.path],
  );
  return [...new Set(names)];
}

/** The list of a package's files, which dpkg writes anew when it installs another version. */
function listPath(name: string): string {
  return `/var/lib/dpkg/info/${name}.list`;
}

/** Takes the digests before the unit reads the files, so that a change during the start isn't taken for loaded. */
export function beforeStart(unit: string, aspect: string, loadables: readonly Loadable[]): Script {
  return sh`mkdir -p -m 0700 -- ${NOTES}
gd_digests() { ${printDigests(loadables)}
}
gd_digests >${`${notePath(unit, aspect)}.new`}`;
}

/** Notes which start is yet to be found good, so that one that never was is not forgotten. */
export function onTrial(unit: string, aspect: string): Script {
  return sh`systemctl show -p InvocationID --value -- ${unit} >${trialPath(unit, aspect)}`;
}

/** Where the start stands that is yet to be found good: an InvocationID. */
export function trialPath(unit: string, aspect: string): string {
  return `${notePath(unit, aspect)}.trial`;
}

/** Notes, after a good start, what was taken before it. */
export function afterStart(unit: string, aspect: string): Script {
  const path = notePath(unit, aspect);
  return sh`{ systemctl show -p InvocationID --value -- ${unit}; cat -- ${`${path}.new`}; } >${`${path}.tmp`}
mv -f -- ${`${path}.tmp`} ${path}
rm -f -- ${[`${path}.new`, trialPath(unit, aspect)]}`;
}

/** Where it is noted what a unit has loaded: the InvocationID, then digest lines. */
export function notePath(unit: string, aspect: string): string {
  return `${NOTES}/${unit}.${aspect}`;
}

/**
 * Parses what `printDigests` printed, and lines of the form `e3b0…b855 1700000000 file:/etc/nginx/nginx.conf`. What has no
 * time is left out: it vanished meanwhile.
 */
export function parseDigests(text: string): readonly Digest[] {
  const times = new Map(matchesOf(text, /^(\d+) at:(.+)$/gm).map(([at, path]) => [path, Number(at)]));
  const dated = (digest: string, of: string, path: string): Digest[] => {
    const changedAt = times.get(path);
    return changedAt === undefined ? [] : [{ digest, changedAt, of }];
  };
  const whole = matchesOf(text, /^(\S+) (\d+) (\w+:.+)$/gm);
  const versions = matchesOf(text, /^version (\S+) (\S+)$/gm);
  return [
    ...whole.map(([digest, changedAt, of]) => ({ digest, changedAt: Number(changedAt), of })),
    ...[...parseSums(text)].flatMap(([path, digest]) => dated(digest, `file:${path}`, path)),
    ...versions.flatMap(([version, name]) => dated(version, `package:${name}`, listPath(name))),
  ];
}

/** The groups of each match: three at the most, all of them texts. */
function matchesOf(text: string, pattern: RegExp): readonly (readonly [string, string, string])[] {
  return [...text.matchAll(pattern)].map(([, a = '', b = '', c = '']) => [a, b, c]);
}

/** Parses a note; undefined when there is none. */
export function parseNote(text: string): Note | undefined {
  const [invocation = '', ...lines] = text.split('\n');
  if (!/^[0-9a-f]{32}$/.test(invocation)) return undefined;
  const items = parseDigests(lines.join('\n'));
  return {
    invocation,
    digests: new Map(items.map((item) => [item.of, item.digest])),
    times: new Map(items.map((item) => [item.of, item.changedAt])),
  };
}

/**
 * Names what a running unit has not loaded as it is on disk; empty when it is up to date.
 * @param startedAt when the process started, in seconds since 1970
 */
export function outdated(run: {
  readonly invocation: string;
  readonly startedAt: number;
  readonly note: Note | undefined;
  readonly digests: readonly Digest[];
  /** Files that are there no more. */
  readonly gone?: ReadonlySet<string>;
  /** What is about to be put back as it was loaded: it is neither changed nor gone when the unit's turn comes. */
  readonly putBack?: ReadonlySet<string>;
  /**
   * It reads again without a new start, of which systemd keeps no mark: what was written since, and then written back, may
   * have been read in between by somebody else's reload.
   */
  readonly isReload?: boolean;
}): readonly string[] {
  const { note, isReload = false, putBack = new Set() } = run;
  const isRewritten = (item: Digest): boolean =>
    isReload && item.of.startsWith('file:') && item.changedAt > (note?.times.get(item.of) ?? item.changedAt);
  const isOld =
    note?.invocation === run.invocation
      ? (item: Digest) => note.digests.get(item.of) !== item.digest || isRewritten(item)
      : (item: Digest) => item.changedAt >= run.startedAt;
  const noted = note?.invocation === run.invocation ? [...note.digests.keys()] : [];
  const gone = noted.filter((of) => of.startsWith('file:') && run.gone?.has(of.slice('file:'.length)));
  const old = [...run.digests.filter(isOld).map((item) => item.of), ...gone];
  return old.filter((of) => !putBack.has(of)).map((of) => of.replace(/^\w+:/, ''));
}

/** The files that, once they are as declared, are just what this run of the unit has loaded. */
export function loadedAsDeclared(
  note: Note | undefined,
  invocation: string,
  loadables: readonly Loadable[],
): readonly string[] {
  if (note?.invocation !== invocation) return [];
  return loadables.flatMap((one) =>
    one.type === 'file' && one.becomes && one.becomes === note.digests.get(`file:${one.path}`) ? [one.path] : [],
  );
}
