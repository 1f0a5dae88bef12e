/**
 * Works on paths as root without being led astray: below a folder that belongs to somebody else, that user may replace a
 * folder or file by a link at any moment. So a folder is entered first and its true path looked at afterwards, from inside;
 * only links that nobody but root can have made count. What is then done by relative name stays in that folder, and owner
 * and mode are set through an open file, whatever its name leads to by then. See path_resolution(7), proc(5), "fd".
 */
import { type Script, sh } from '../base/shell.ts';

/**
 * Defines `gd_enter FOLDER`, `gd_open PATH` (enters the path's folder and sets `$gd_name`), `gd_hold PATH` (sets `$gd_new`
 * to something that stands for the file or folder itself), `gd_folders FOLDER` (makes what is missing of it), and
 * `gd_real PATH`, which prints where a path leads.
 */
export const defineSafePaths: Script = sh`gd_refuse() {
  echo "refused to follow a link that $(stat -c %U -- "$1") or others could turn anywhere: $1" >&2
  return 1
}
gd_of_root() (
  unset IFS
  set -- $(stat -c '%u %a' -- "$1") $(stat -c %u -- "$2")
  test "$1$3" = 00 || return 1
  case $2 in 1???) ;; *[2367]? | *[2367]) return 1;; esac
)
gd_walk() (
  gd_at=$2 IFS=/
  set -f
  for gd_part in $1; do
    case $gd_part in
      '' | .) continue;;
      ..) gd_at=\${gd_at%/*}; continue;;
    esac
    gd_next=$gd_at/$gd_part
    if test -L "$gd_next"; then
      gd_of_root "\${gd_at:-/}" "$gd_next" || { gd_refuse "$gd_next"; exit 1; }
      gd_target=$(readlink -- "$gd_next")
      case $gd_target in /*) gd_from= ;; *) gd_from=$gd_at;; esac
      gd_at=$(gd_walk "$gd_target" "$gd_from") || exit 1
      test "$gd_at" != / || gd_at=
    else gd_at=$gd_next; fi
  done
  printf '%s\n' "\${gd_at:-/}"
)
gd_enter() {
  cd -P -- "$1" || return 1
  test "$PWD" = "$1" && return
  gd_walked=$(gd_walk "$1" '') || return 1
  test "$gd_walked" = "$PWD" || { echo "$1 was moved away meanwhile" >&2; return 1; }
}
gd_open() {
  gd_name=\${1##*/}
  gd_parent=\${1%/*}
  gd_enter "\${gd_parent:-/}"
}
gd_hold() {
  gd_open "$1"
  if test -d "./$gd_name" && ! test -L "./$gd_name"; then
    gd_parent=$PWD
    cd -P -- "./$gd_name"
    gd_new=.
    test "$PWD" = "\${gd_parent%/}/$gd_name" || gd_refuse "$1"
  else
    test -f "./$gd_name" && ! test -L "./$gd_name" || { gd_refuse "$1"; return 1; }
    exec 9<"./$gd_name"
    gd_new=/proc/self/fd/9
    test "$(stat -L -c '%d %i' -- "$gd_new")" = "$(stat -c '%d %i' -- "./$gd_name")" || gd_refuse "$1"
  fi
}
gd_folders() {
  test ! -d "\${1:-/}" || return 0
  gd_folders "\${1%/*}"
  gd_open "$1"
  mkdir -- "./$gd_name"
  cd /
}
gd_real() {
  gd_walk "$1" ''
}`;
