/** Ends parts of a reading that hang, such as a stat(2) below a wedged mount, without a process of their own for each. */
import { type Script, sh } from '../base/shell.ts';

/** How long one section may take. */
const SECTION_SECONDS = 30;

/** How often the watcher looks. */
const TICK_SECONDS = 5;

/** Exit code of a section that was ended. */
export const KILLED = 137;

/** Defines `gd_below PID…`, which prints these processes and all that they have started. See proc(5). */
export const defineBelow: Script = sh`gd_below() {
  gd_all= gd_found=" $* " gd_grew=1
  for gd_file in /proc/[0-9]*/stat; do
    read -r gd_line <"$gd_file" || continue
    set -- "\${gd_line%% *}" \${gd_line##*) }
    gd_all="$gd_all $1:$3"
  done 2>/dev/null
  while test -n "$gd_grew"; do
    gd_grew=
    for gd_one in $gd_all; do
      case $gd_found in *" \${gd_one%:*} "*) continue;; esac
      case $gd_found in *" \${gd_one#*:} "*) gd_found="$gd_found\${gd_one%:*} "; gd_grew=1;; esac
    done
  done
  echo "$gd_found"
}`;

/**
 * Defines `gd_guarded COMMAND`: each process that the command starts is ended, with all below it, when it is still there
 * after half a minute; the command itself goes on.
 */
export const defineGuarded: Script = sh`${defineBelow}
gd_children() {
  for gd_file in /proc/[0-9]*/stat; do
    read -r gd_line <"$gd_file" || continue
    set -- "$gd_me" "\${gd_line%% *}" \${gd_line##*) }
    test "$4" != "$1" || test "$2" = "$gd_watcher" || echo "$2"
  done 2>/dev/null
}
gd_watch() {
  read -r gd_watcher gd_rest </proc/self/stat
  gd_old=' ' gd_ticks=0
  while :; do
    sleep ${TICK_SECONDS} &
    trap "kill $!; exit" TERM
    wait $!
    gd_now=$(gd_children)
    case $gd_old in *" $gd_now "*) gd_ticks=$((gd_ticks + 1));; *) gd_ticks=0;; esac
    gd_old=" $gd_now "
    if test -n "$gd_now" && test "$gd_ticks" -ge ${SECTION_SECONDS / TICK_SECONDS}; then kill -9 $(gd_below $gd_now); gd_ticks=0; fi
  done
}
gd_guarded() {
  read -r gd_me gd_rest </proc/self/stat
  gd_watch >/dev/null 2>&1 </dev/null &
  gd_guard=$!
  "$@"
  kill "$gd_guard"
}`;
