/** Shell functions that kinds use in their scripts, defined once in front of each batch of steps. */
import { sh } from '../base/shell.ts';
import { defineKeep } from './previous.ts';
import { defineSafePaths } from './safe-path.ts';

/**
 * `gd_begin PATH` makes `$gd_new`, an empty file beside PATH that only root can read; `gd_commit PATH` puts it in place
 * once its content, owner and mode are final; `gd_keep PATH` notes what was there before. `gd_hold PATH` lets `$gd_new`
 * stand for what is there. `gd_folders PATH` makes the missing ones of a path's folders, `gd_enter PATH` goes to one.
 * `gd_apt_lists` refreshes apt's lists when they are missing, a day old, or older than the sources.
 */
export const preamble = sh`export LC_ALL=C
umask 022
cd /
${defineKeep}
${defineSafePaths}
gd_begin() {
  gd_open "$1"
  if test -L "./$gd_name" || test -f "./$gd_name" || ! test -e "./$gd_name"; then :
  else echo "$1 is a $(stat -c %F -- "./$gd_name"), which is not replaced by a file" >&2; return 1; fi
  gd_temp=$(mktemp -u -- .gatdeploy.XXXXXXXX)
  test -z "\${gd_temps:-}" || (umask 077; printf '%s/%s\n' "$PWD" "$gd_temp" >>"$gd_temps")
  gd_place=$PWD
  trap 'rm -f -- "$gd_place/$gd_temp"' EXIT
  umask 077
  set -C
  exec 9>"./$gd_temp"
  set +C
  umask 022
  gd_new=/proc/self/fd/9
  cd /
}
gd_commit() {
  gd_open "$1"
  gd_keep "$1"
  sync -- "$gd_new" 2>/dev/null || sync
  exec 9>&-
  mv -fT -- "./$gd_temp" "./$gd_name" || { gd_why "$1"; return 1; }
  sync -- . 2>/dev/null || sync
  trap - EXIT
  cd /
}
gd_why() {
  case $(lsattr -d -- "./$gd_name" 2>/dev/null) in *i*' '*) echo "$1 is immutable: chattr -i takes that away" >&2;; esac
  case $(lsattr -d -- . 2>/dev/null) in *i*' '*) echo "the folder of $1 is immutable: chattr -i takes that away" >&2;; esac
}
gd_apt_lists() {
  gd_stamp=/var/lib/gatdeploy/apt-updated
  mkdir -p -m 0700 /var/lib/gatdeploy
  if test -n "$(find "$gd_stamp" -mmin -1440 2>/dev/null)" &&
    test -z "$(find /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/keyrings -newer "$gd_stamp" 2>/dev/null)"; then return 0; fi
  touch "$gd_stamp.new"
  apt-get update -q -o DPkg::Lock::Timeout=300
  mv -f "$gd_stamp.new" "$gd_stamp"
}`;
