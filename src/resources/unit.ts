/**
 * Reads how units are and what they owe: what systemd says of all of them, the notes of what they have loaded, and the
 * digests of what they would load now; one process each, however many units there are. See systemctl(1), "show".
 */
import { type Script, sh } from '../base/shell.ts';
import type { Loadable } from './kind.ts';
import {
  type Digest,
  loadedAsDeclared,
  notePath,
  outdated,
  parseDigests,
  parseNote,
  printDigests,
  trialPath,
} from './loaded.ts';

/** A unit, and what it loads in each way that is noted on its own: at its start, at a reload. */
export type Unit = { readonly name: string; readonly loads: Readonly<Record<string, readonly Loadable[]>> };

/** How a unit was found. */
export type UnitState = {
  /** Nothing else is known of a unit that doesn't exist. */
  readonly exists: boolean;
  readonly running: boolean;
  /** Nothing of it is there: it has ended, or never began. One that is about to start is neither this nor running. */
  readonly stopped: boolean;
  /** What systemctl calls the state of its file: `enabled`, `static`, … */
  readonly fileState: string;
  /** For each way to load, `current`, or what changed since: `before /etc/nginx/nginx.conf changed`. */
  readonly due: Readonly<Record<string, string>>;
  /** The files of its start that, once they are as declared, are just what it has loaded. */
  readonly holds: readonly string[];
};

/** The way to load that only a start is; others are reloads. */
const STARTED = 'loaded';

/** How a state says that nothing is due. */
export const CURRENT = 'current';

const SHOWN = 'LoadState,ActiveState,UnitFileState,InvocationID,InactiveExitTimestamp';

/** A script that prints all there is to know about these units. */
export function printUnits(units: readonly Unit[]): Script {
  const loadables = units.flatMap(({ loads }) => Object.values(loads).flat());
  return sh`systemctl show --timestamp=unix -p ${SHOWN} -- ${units.map(({ name }) => name)}
printf '@notes\n'
grep -H '' -- ${[...notePaths(units), ...trialPaths(units)]} 2>/dev/null
printf '@digests\n'
${printDigests(loadables)}
printf '@gone\n'
sed -n 's/^[0-9]* at://p' -- ${notePaths(units)} 2>/dev/null |
while IFS= read -r gd_path; do test -e "$gd_path" || printf '%s\n' "$gd_path"; done`;
}

/** Parses what `printUnits` printed, in the order of the units. */
export function parseUnits(stdout: string, units: readonly Unit[]): readonly UnitState[] {
  const [shown = '', notes = '', digests = '', gone = ''] = stdout.split(/^@(?:notes|digests|gone)\n/m);
  const found = new Map(parseDigests(digests).map((digest) => [digest.of, digest]));
  const noted = parseNotes(notes, [...notePaths(units), ...trialPaths(units)]);
  const blocks = shown.split(/\n\n/);
  const evidence = { found, noted, gone: new Set(gone.split('\n').filter(Boolean)) };
  return units.map((unit, index) => unitState(unit, blocks[index] ?? '', evidence));
}

function notePaths(units: readonly Unit[]): readonly string[] {
  return units.flatMap(({ name, loads }) => Object.keys(loads).map((aspect) => notePath(name, aspect)));
}

function trialPaths(units: readonly Unit[]): readonly string[] {
  return units.flatMap(({ name, loads }) => Object.keys(loads).map((aspect) => trialPath(name, aspect)));
}

/** What a digest of it is called. */
function nameOf(loadable: Loadable): string {
  return loadable.type === 'package' ? `package:${loadable.name}` : `${loadable.type}:${loadable.path}`;
}

type Evidence = {
  readonly found: ReadonlyMap<string, Digest>;
  readonly noted: ReadonlyMap<string, string>;
  /** Files that some process has loaded and that are there no more. */
  readonly gone: ReadonlySet<string>;
};

/** From a unit's `Key=value` lines. A unit that doesn't run owes nothing: its start loads everything. */
function unitState({ name, loads }: Unit, block: string, { found, noted, gone }: Evidence): UnitState {
  const values = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const state = values.get('ActiveState') ?? '';
  const running = state === 'active';
  const invocation = values.get('InvocationID') ?? '';
  const noteOf = (aspect: string) => parseNote(noted.get(notePath(name, aspect)) ?? '');
  const { [STARTED]: atStart = [] } = loads;
  const holds = running ? loadedAsDeclared(noteOf(STARTED), invocation, atStart) : [];
  const due = (aspect: string, loadables: readonly Loadable[]): string => {
    if (!running) return CURRENT;
    const onTrial = noted.get(trialPath(name, aspect));
    if (onTrial && onTrial === invocation) return 'its last start was not found good';
    const isReload = aspect !== STARTED;
    const old = outdated({
      invocation,
      startedAt: Number((values.get('InactiveExitTimestamp') ?? '').replace('@', '')) || 0,
      note: noteOf(aspect),
      digests: loadables.flatMap((one) => found.get(nameOf(one)) ?? []),
      gone,
      putBack: new Set(isReload ? [] : holds.map((path) => `file:${path}`)),
      isReload,
    });
    return old.length === 0 ? CURRENT : `before ${old.join(', ')} changed`;
  };
  return {
    exists: values.has('LoadState') && values.get('LoadState') !== 'not-found',
    running,
    stopped: ['inactive', 'failed'].includes(state),
    fileState: values.get('UnitFileState') ?? '',
    holds,
    due: Object.fromEntries(Object.entries(loads).map(([aspect, loadables]) => [aspect, due(aspect, loadables)])),
  };
}

/** Parses `PATH:LINE` lines of grep into the lines of each note. */
function parseNotes(text: string, paths: readonly string[]): ReadonlyMap<string, string> {
  const lines = text.split('\n');
  const linesOf = (path: string): string =>
    lines.flatMap((line) => (line.startsWith(`${path}:`) ? [line.slice(path.length + 1)] : [])).join('\n');
  return new Map(paths.map((path) => [path, linesOf(path)]));
}
