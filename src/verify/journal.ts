/** Lines of hosts' journals. See journalctl(1). */
import { type Script, sh } from '../base/shell.ts';

/**
 * Prints the newest lines that match, the newest one last. With `--grep` and `-n` journalctl itself begins with the newest.
 * @param of whose lines, as journalctl's own options: a unit, a time
 */
export function newestLines(pattern: string, count: number, of: Script): Script {
  return sh`timeout 30 journalctl -q -r -o cat --no-pager -n ${count} --grep ${pattern} ${of} | tac`;
}

/** Option of journalctl: from this moment of the clock on; the questions since then have taken their time, too. */
export function sinceOf({ clock }: { readonly clock: () => number }, moment: number): Script {
  return sh`--since ${`-${Math.ceil((clock() - moment) / 1000) + 2}s`}`;
}

/** Options of journalctl: since their last start, of the units whose names match; nothing where there are none. */
export function ofRuns(units: string): Script {
  return sh`_SYSTEMD_INVOCATION_ID=none $(systemctl show -p InvocationID --value -- ${units} | sed -n 's/^./_SYSTEMD_INVOCATION_ID=&/p')`;
}
