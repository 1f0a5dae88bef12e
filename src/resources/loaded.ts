/**
 * Whether a running process has loaded what is on disk now. At each start gatdeploy notes what the unit loaded and the
 * unit's InvocationID; for a process that somebody else started, the times decide. See systemd.exec(5), "INVOCATION_ID".
 */
import { type Script, sh, steps } from '../base/shell.ts';
import type { Loadable } from './kind.ts';

/** Where the notes of what each unit has loaded are kept on a host. */
const NOTES = '/var/lib/gatdeploy/loaded';

/** One digest line: what it is of, its digest, and when it last changed (seconds since 1970). */
export type Digest = { readonly of: string; readonly digest: string; readonly changedAt: number };

/** What the last start noted, and for which run of the unit. */
export type Note = { readonly invocation: string; readonly digests: ReadonlyMap<string, string> };

/** A script that prints `digest changedAt type:id` for each loadable; what is missing prints nothing. */
export function printDigests(loadables: readonly Loadable[]): Script {
  const files = loadables.flatMap((item) => (item.type === 'file' ? [item.path] : []));
  const packages = loadables.flatMap((item) => (item.type === 'package' ? [item.name] : []));
  const trees = loadables.flatMap((item) => (item.type === 'tree' ? [item.path] : []));
  return steps(
    files.length > 0 &&
      sh`for gd_path in ${files}; do test -f "$gd_path" || continue
printf '%s %s file:%s\n' "$(sha256sum <"$gd_path" | cut -d' ' -f1)" "$(stat -L -c %Z -- "$gd_path")" "$gd_path"; done`,
    packages.length > 0 &&
      sh`for gd_package in ${packages}; do gd_list="/var/lib/dpkg/info/$gd_package.list"
test -f "$gd_list" || continue
printf '%s %s package:%s\n' "$(dpkg-query -W -f '\${Version}' -- "$gd_package")" "$(stat -c %Z -- "$gd_list")" "$gd_package"; done`,
    trees.length > 0 &&
      sh`for gd_tree in ${trees}; do test -d "$gd_tree" || continue
gd_lists=$(find "$gd_tree" -maxdepth 5 -name '*.dist-info' -prune -print | sort)
printf '%s %s tree:%s\n' "$(printf %s "$gd_lists" | sha256sum | cut -d' ' -f1)" "$(stat -c %Z -- "$gd_tree"/lib/*/site-packages | sort -n | tail -n 1)" "$gd_tree"; done`,
    sh`true`,
  );
}

/** A script that prints the note of a unit: the InvocationID, then digest lines; nothing when there is none. */
export function printNote(unit: string, aspect: string): Script {
  return sh`cat -- ${notePath(unit, aspect)} 2>/dev/null || true`;
}

/** Takes the digests before the unit reads the files, so that a change during the start isn't taken for loaded. */
export function beforeStart(unit: string, aspect: string, loadables: readonly Loadable[]): Script {
  return sh`mkdir -p -m 0700 -- ${NOTES}
gd_digests() { ${printDigests(loadables)}
}
gd_digests >${`${notePath(unit, aspect)}.new`}`;
}

/** Notes, after a good start, what was taken before it. */
export function afterStart(unit: string, aspect: string): Script {
  const path = notePath(unit, aspect);
  return sh`{ systemctl show -p InvocationID --value -- ${unit}; cat -- ${`${path}.new`}; } >${`${path}.tmp`}
mv -f -- ${`${path}.tmp`} ${path}
rm -f -- ${`${path}.new`}`;
}

function notePath(unit: string, aspect: string): string {
  return `${NOTES}/${unit}.${aspect}`;
}

/** Parses lines such as `e3b0…b855 1700000000 file:/etc/nginx/nginx.conf`. */
export function parseDigests(text: string): readonly Digest[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(\S+) (\d+) (\w+:.+)$/.exec(line);
    return match?.[1] && match[2] && match[3]
      ? [{ digest: match[1], changedAt: Number(match[2]), of: match[3] }]
      : [];
  });
}

/** Parses a note; undefined when there is none. */
export function parseNote(text: string): Note | undefined {
  const [invocation = '', ...lines] = text.split('\n');
  if (!/^[0-9a-f]{32}$/.test(invocation)) return undefined;
  return { invocation, digests: new Map(parseDigests(lines.join('\n')).map((item) => [item.of, item.digest])) };
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
}): readonly string[] {
  const { note } = run;
  const isOld =
    note?.invocation === run.invocation
      ? (item: Digest) => note.digests.get(item.of) !== item.digest
      : (item: Digest) => item.changedAt >= run.startedAt;
  return run.digests.filter(isOld).map((item) => item.of.replace(/^\w+:/, ''));
}
