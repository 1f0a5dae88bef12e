/**
 * Keeps what a run's files were before, for `gatdeploy rollback`. The copies lie where only root can read them, and only
 * those of the last run that changed anything stay.
 */
import { type Script, sh } from '../base/shell.ts';

const PREVIOUS = '/var/lib/gatdeploy/previous';

/** Tells the steps of a run where to keep what they replace, and forgets what earlier runs have kept; stands in front of each batch. */
export function keepPrevious(run: string): Script {
  return sh`gd_previous=${`${PREVIOUS}/${run}`}
for gd_old in ${PREVIOUS}/*; do test "$gd_old" = "$gd_previous" || rm -rf -- "$gd_old"; done`;
}

/**
 * Defines `gd_keep PATH`, which steps call before they replace or remove a file. The first copy of a run is the one to
 * go back to, so a later one does not take its place.
 */
export const defineKeep: Script = sh`gd_keep() {
  test -n "\${gd_previous:-}" || return 0
  if test -e "$gd_previous/files$1" || grep -qxF -e "$1" "$gd_previous/created" 2>/dev/null; then return 0; fi
  (
    umask 077
    mkdir -p -- "$gd_previous/files\${1%/*}"
    if test -f "$1" && ! test -L "$1"; then cp -pP -- "$1" "$gd_previous/files$1"
    else printf '%s\n' "$1" >>"$gd_previous/created"; fi
  )
}`;

/** Prints what can be put back: lines `restore PATH` and `remove PATH`. */
export const listPrevious: Script = sh`cd ${PREVIOUS} 2>/dev/null || exit 0
for gd_run in *; do
  test -d "$gd_run" || continue
  test ! -d "$gd_run/files" || find "$gd_run/files" -type f | sed "s|^$gd_run/files|restore |"
  test ! -f "$gd_run/created" || sed 's|^|remove |' "$gd_run/created"
done`;

/** Puts the files back as they were, each in one step, and forgets the copies. */
export const restorePrevious: Script = sh`cd ${PREVIOUS} 2>/dev/null || exit 0
printf . >>../changes
for gd_run in *; do
  test -d "$gd_run" || continue
  if test -d "$gd_run/files"; then
    find "$gd_run/files" -type f | while IFS= read -r gd_file; do
      gd_path=\${gd_file#"$gd_run/files"}
      gd_new=$(mktemp -- "\${gd_path%/*}/.gatdeploy.XXXXXXXX") && cp -p -- "$gd_file" "$gd_new" && mv -fT -- "$gd_new" "$gd_path" || { rm -f -- "$gd_new"; exit 1; }
    done || exit 1
  fi
  if test -f "$gd_run/created"; then
    while IFS= read -r gd_path; do rm -f -- "$gd_path"; done <"$gd_run/created"
  fi
  rm -rf -- "$gd_run"
done`;
