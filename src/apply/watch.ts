/** Ends steps whose time is over, on the host itself: also while nobody is connected. See proc(5). */
import { type Script, sh } from '../base/shell.ts';

/** How long a step has to end by itself once it was told to. */
const GRACE_SECONDS = 5;

/** Begins to watch the program that this is part of, which defines the watch before. */
export const beginWatch: Script = sh`read -r gd_line </proc/self/stat
set -- \${gd_line##*) }
gd_session=$4
gd_watch </dev/null &
gd_watcher=$!`;

/**
 * Defines `gd_mark LIMIT LABEL`, with which a process says that it is the step from now on, and `gd_watch`, to be run in the background of a batch's program. It reads the file `step` in the batch's folder,
 * a line `pid begun limit resource`, and ends all that this process has started and that is still in the batch's
 * session. It says first what that was doing, then prints a frame.
 */
export function defineWatch(nonce: string): Script {
  return sh`gd_mark() {
  read -r gd_self gd_rest </proc/self/stat
  read -r gd_now gd_idle </proc/uptime
  printf '%s %s %s %s\\n' "$gd_self" "\${gd_now%%.*}" "$1" "$2" >"$gd_folder/step"
}
gd_tree() {
  gd_all= gd_found=" $1 " gd_grew=1
  for gd_file in /proc/[0-9]*/stat; do
    read -r gd_line <"$gd_file" || continue
    gd_pid=\${gd_line%% *}
    set -- \${gd_line##*) }
    if test "$4" = "$gd_session" && test "$gd_pid" != "$gd_session"; then gd_all="$gd_all $gd_pid:$2"; fi
  done 2>/dev/null
  while test -n "$gd_grew"; do
    gd_grew=
    for gd_one in $gd_all; do
      case $gd_found in *" \${gd_one%:*} "*) continue;; esac
      case " 1 $gd_found" in *" \${gd_one#*:} "*) gd_found="$gd_found\${gd_one%:*} "; gd_grew=1;; esac
    done
  done
  echo "$gd_found"
}
gd_doing() {
  for gd_pid in $1; do
    gd_line=$(tr '\\0\\n' '  ' <"/proc/$gd_pid/cmdline" | head -c 200)
    case $gd_line in '' | 'sh -s '*) continue;; *) printf 'was running: %s\\n' "$gd_line";; esac
  done 2>/dev/null
}
gd_watch() {
  while sleep 1 >/dev/null; do
    read -r gd_step gd_begun gd_limit gd_label <"$gd_folder/step" || continue
    read -r gd_now gd_idle </proc/uptime
    test "$((\${gd_now%%.*} - gd_begun))" -ge "$gd_limit" || continue
    gd_doomed=$(gd_tree "$gd_step")
    printf '\\n@%s late\\n' ${nonce}
    gd_doing "$gd_doomed"
    kill $gd_doomed
    for gd_try in ${Array.from({ length: GRACE_SECONDS }, (_, second) => second)}; do
      sleep 1
      test -s "$gd_folder/step" || break
    done
    kill -9 $gd_doomed $(gd_tree "$gd_step")
    sleep 1
  done
} 2>/dev/null`;
}
