/**
 * A batch outlives the connection that started it: it runs in a session of its own and writes its output to a file that
 * only root can read; a later connection picks the output up from the start. See setsid(1), tee(1).
 */
import { joinText, type Text } from '../base/secret.ts';
import { type Script, sh } from '../base/shell.ts';

/** Where a run keeps what it writes on a host; the folder is root's alone and removed when the run is over. */
const RUNS = '/var/lib/gatdeploy/runs';

/** Names a batch: the run's identity and the batch's number in it. */
export type BatchPlace = { readonly run: string; readonly batch: number };

/**
 * Wraps a program so that it goes on when the connection breaks. The program travels by a pipe, so no secret of it is
 * ever on disk; all of it is read before any of it runs.
 */
export function detached(program: Script, place: BatchPlace): Script {
  const folder = folderOf(place);
  return sh`(umask 077; mkdir -p -- ${folder})
printf '%s\n' ${braced(program)} | setsid sh -c 'cd -- "$1" || exit
umask 077
echo $$ >pid
{ sh -s; echo $? >exit.new; mv exit.new exit; } 2>&1 | tee -p out' gatdeploy ${folder}`;
}

/**
 * Prints what a batch has written, from a byte offset on, and will write until it ends; exit 44 when it never started.
 */
export function attach(place: BatchPlace, offset: number): Script {
  return sh`cd -- ${folderOf(place)} 2>/dev/null && test -f pid || exit ${NEVER_STARTED}
gd_seen=${offset}
while :; do
  if test -f exit; then gd_over=1; elif kill -0 "$(cat pid)" 2>/dev/null; then gd_over=; else gd_over=1; fi
  gd_size=$(wc -c <out)
  test "$gd_size" -le "$gd_seen" || { tail -c "+$((gd_seen + 1))" out | head -c "$((gd_size - gd_seen))"; gd_seen=$gd_size; }
  test -z "$gd_over" || exit 0
  sleep 0.2
done`;
}

/** Exit code of `attach` for a batch that the host knows nothing of. */
export const NEVER_STARTED = 44;

/** The program in braces, so that the shell reads all of it before it runs any of it. */
function braced(program: Script): Text {
  return joinText(['{ ', program.text, '\nexit 0\n}']);
}

/** Removes what a run has left on a host. */
export function forgetRun(run: string): Script {
  return sh`rm -rf -- ${`${RUNS}/${run}`}`;
}

function folderOf({ run, batch }: BatchPlace): string {
  return `${RUNS}/${run}/${batch}`;
}
