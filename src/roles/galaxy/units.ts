/** The units that gravity makes of Galaxy's processes: how they stand, and where their journal is. */
import { type Script, sh } from '../../base/shell.ts';

export const TARGET = 'galaxy.target';
export const WEB_UNIT = 'galaxy-gunicorn.service';

/** All of them, as journalctl and systemctl take it. */
export const UNITS = 'galaxy-*.service';

/** How a unit stands. */
export type UnitStanding = {
  readonly name: string;
  /** In systemd's words: `active`, `failed`, … */
  readonly state: string;
  readonly isMasked: boolean;
  /** It ends soon after each start, so that it is mostly about to start, or has just been started again. */
  readonly isLooping: boolean;
  readonly isWell: boolean;
};

/** A process that was started again by itself so often, and the last time no longer ago than this, has found no footing. */
const LOOP = { restarts: 2, seconds: 60 };

/** Prints what `parseStandings` reads, of the target and of all that it wants. */
export const PRINT_STANDINGS: Script = sh`date +now=%s
systemctl show --timestamp=unix -p Id,LoadState,ActiveState,NRestarts,ActiveEnterTimestamp -- ${[TARGET, WEB_UNIT]} $(systemctl show -p Wants --value -- ${TARGET})`;

/** Parses what `PRINT_STANDINGS` has printed: blocks of `Key=value`. */
export function parseStandings(text: string): readonly UnitStanding[] {
  const now = Number(/^now=(\d+)$/m.exec(text)?.[1] ?? 0);
  const all = text.split(/\n\n/).flatMap((block): [string, UnitStanding][] => {
    const fieldOf = (key: string) => new RegExp(`^${key}=@?(.*)$`, 'm').exec(block)?.[1] ?? '';
    const name = fieldOf('Id');
    if (name === '') return [];
    const state = fieldOf('ActiveState');
    const isYoung = now - Number(fieldOf('ActiveEnterTimestamp')) < LOOP.seconds;
    const isLooping = state === 'activating' || (Number(fieldOf('NRestarts')) >= LOOP.restarts && isYoung);
    const isWell = state === 'active' && !isLooping;
    return [[name, { name, state, isMasked: fieldOf('LoadState') === 'masked', isLooping, isWell }]];
  });
  return [...new Map(all).values()];
}

/** Units that neither send jobs out nor take them in: they do something else for Galaxy. As JavaScript and grep -E read it. */
const WITHOUT_JOBS = '^galaxy-(.*-)?(celery|celery-beat|gx-it-proxy|tusd|reports)(@[0-9]+)?[.]service$';

/** Whether a unit sends jobs out and takes them in. */
export function runsJobs(name: string): boolean {
  return !new RegExp(WITHOUT_JOBS).test(name);
}

/** Prints since when the oldest of the processes runs that know of jobs, such as `@1700000000`; nothing where none runs. */
export const PRINT_START: Script = sh`gd_units=$(systemctl list-units --state=active --plain --no-legend ${UNITS} 2>/dev/null | cut -d' ' -f1 | grep -vE ${WITHOUT_JOBS})
test -z "$gd_units" || systemctl show --timestamp=unix -p ActiveEnterTimestamp --value -- $gd_units 2>/dev/null | grep @ | sort | head -n 1`;
