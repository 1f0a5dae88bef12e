/**
 * Whether a process that a file on the host names still runs. A process is known by its id, the time it was born and the
 * machine's boot, so that neither a reboot nor a reused id can pass for it. See proc(5), "/proc/pid/stat".
 */
import { type Script, sh } from '../base/shell.ts';

/** gatdeploy's own folder on a host; root's alone. */
export const STATE = '/var/lib/gatdeploy';

/**
 * Defines `gd_identify PID`, which prints who a process is, `gd_lives FILE`, which says whether the one that a file names
 * still runs, and `gd_running RUN`, which says whether a batch of a run does (RUN `*`: of any) and names its folder.
 */
export const defineAlive: Script = sh`gd_identify() {
  read -r gd_stat <"/proc/$1/stat" || return 1
  read -r gd_boot </proc/sys/kernel/random/boot_id
  gd_id=$1
  set -- \${gd_stat##*) }
  shift 19
  echo "$gd_id $1 $gd_boot"
} 2>/dev/null
gd_lives() {
  read -r gd_pid gd_rest <"$1" && test "$(gd_identify "$gd_pid")" = "$gd_pid $gd_rest"
} 2>/dev/null
gd_running() {
  for gd_file in ${`${STATE}/runs/`}$1/*/pid; do
    gd_batch=\${gd_file%/pid}
    if test -f "$gd_file" && ! test -f "$gd_batch/exit" && gd_lives "$gd_file"; then return 0; fi
  done
  return 1
}`;

/** Defines `gd_alone`: until its file descriptor 8 is closed, no other script of ours passes its own `gd_alone`. */
export const defineAlone: Script = sh`gd_alone() {
  exec 8>>${`${STATE}/mutex`}
  ! command -v flock >/dev/null || flock 8
}`;
