/** Shell functions that kinds use in their scripts, defined once in front of each batch of steps. */
import { sh } from '../base/shell.ts';
import { defineKeep } from './previous.ts';

/**
 * `gd_begin PATH` makes `$gd_new`, an empty file beside PATH that only root can read; `gd_commit PATH` puts it in place
 * once its content, owner and mode are final; `gd_keep PATH` notes what was there before. `gd_apt_lists` refreshes apt's lists when they are missing, a day old, or
 * older than the sources.
 */
export const preamble = sh`export LC_ALL=C
umask 022
cd /
${defineKeep}
gd_begin() {
  gd_new=$(mktemp -- "\${1%/*}/.gatdeploy.XXXXXXXX")
  trap 'rm -f -- "$gd_new"' EXIT
}
gd_commit() {
  if test -d "$1" && ! test -L "$1"; then echo "$1 is a directory" >&2; return 1; fi
  gd_keep "$1"
  sync -- "$gd_new" 2>/dev/null || sync
  mv -fT -- "$gd_new" "$1"
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
