/**
 * A batch outlives the connection that started it: it runs in a session of its own and writes its output to a file that
 * only root can read; a later connection picks the output up from where it stopped. See setsid(1), tee(1).
 */
import { joinText, type Text } from '../base/secret.ts';
import { type Script, sh } from '../base/shell.ts';
import { defineAlive, STATE } from './alive.ts';

/** Where a run keeps what it writes on a host; the folder is root's alone and removed when the run is over. */
const RUNS = `${STATE}/runs`;

/** Names a batch: the run's identity and the batch's number in it. */
export type BatchPlace = { readonly run: string; readonly batch: number };

/**
 * Wraps a program so that it goes on when the connection breaks. The program travels by a pipe, so no secret of it is
 * ever on disk; all of it is read before any of it runs. It begins in the batch's own folder, which can be made just once:
 * a copy of the program that was on its way when the connection broke doesn't run beside it. What a step has left in
 * the background doesn't hold up the batch's end, even if it holds on to the output.
 */
export function detached(program: Script, place: BatchPlace): Script {
  const leader = sh`cd -- "$1" || exit
umask 077
${defineAlive}
gd_identify $$ >pid || exit
mkfifo pipe || exit
(trap '' PIPE; exec tee out) <pipe &
gd_tee=$!
sh -s >pipe 2>&1
gd_code=$?
(sleep 2; kill "$gd_tee") >/dev/null 2>&1 &
wait "$gd_tee" 2>/dev/null
kill $! 2>/dev/null
echo "$gd_code" >exit.new; mv exit.new exit
exit "$gd_code"`;
  const folder = folderOf(place);
  return sh`(umask 077; mkdir -p -- ${`${RUNS}/${place.run}`} && mkdir -- ${folder}) || { test -d ${folder} && exit ${HAS_STARTED}; exit ${NO_FOLDER}; }
printf '%s\n' ${braced(program)} | setsid sh -c ${leader.source} gatdeploy ${folder}`;
}

/**
 * Prints what a batch has written, from a byte offset on, and will write until it ends. Exit 44: the host knows nothing
 * of it. Exit 41: it was begun but ended before its first line, as by a reboot.
 */
export function attach(place: BatchPlace, offset: number): Script {
  return sh`${defineAlive}
cd -- ${folderOf(place)} 2>/dev/null || exit ${NEVER_STARTED}
for gd_try in 1 2 3 4 5 6 7 8 9 10; do test ! -s pid || break; sleep 0.5; done
test -s pid || exit ${NEVER_RAN}
gd_seen=${offset}
while :; do
  if test -f exit || ! gd_lives pid; then gd_over=1; else gd_over=; fi
  gd_size=$(wc -c <out) || gd_size=0
  test "$gd_size" -le "$gd_seen" || { tail -c "+$((gd_seen + 1))" out | head -c "$((gd_size - gd_seen))"; gd_seen=$gd_size; }
  test -z "$gd_over" || exit "$(cat exit 2>/dev/null || echo ${NO_END})"
  sleep 0.2
done`;
}

/** Exit code of `attach` for a batch that the host knows nothing of. */
export const NEVER_STARTED = 44;

/** Exit code of `detached` for a batch that has been started before. */
export const HAS_STARTED = 42;

/** Exit code of `attach` for a batch that ended without a word, as by a reboot. */
const NO_END = 40;

/** Exit codes of a batch whose folder could not be made, and of one that ended before it ran. */
const NO_FOLDER = 43;
const NEVER_RAN = 41;

/** The program in braces, so that the shell reads all of it before it runs any of it. */
function braced(program: Script): Text {
  return joinText(['{ ', program.text, '\nexit 0\n}']);
}

function folderOf({ run, batch }: BatchPlace): string {
  return `${RUNS}/${run}/${batch}`;
}
