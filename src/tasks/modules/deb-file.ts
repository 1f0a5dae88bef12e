/** apt with `deb`: a package from a file or URL. */
import { sh } from '../../base/shell.ts';
import { command, type Resource } from '../../resources/index.ts';
import type { ModuleContext } from '../action.ts';

/** Installs a .deb; a note of what was installed from where says whether it is done. */
export function debFile(source: string, { title }: ModuleContext): Resource {
  const note = sh`/var/lib/gatdeploy/debs/"$(printf %s ${source} | sha256sum | cut -d' ' -f1)"`;
  const isUrl = /^(?:https?|ftp):\/\//.test(source);
  return command(title, {
    lane: 'apt',
    unless: sh`gd_note=${note}
test -f "$gd_note" || exit 1
read -r gd_package gd_version <"$gd_note"
test "$(dpkg-query -W -f '\${db:Status-Status} \${Version}' -- "$gd_package")" = "installed $gd_version"`,
    run: sh`mkdir -p -m 0700 /var/lib/gatdeploy/debs
gd_folder=$(mktemp -d)
trap 'rm -rf -- "$gd_folder"' EXIT
chmod 0755 "$gd_folder"
${isUrl ? sh`curl -fsSL --retry 3 -o "$gd_folder/package.deb" -- ${source}` : sh`cp -- ${source} "$gd_folder/package.deb"`}
DEBIAN_FRONTEND=noninteractive apt-get install -y -q -o DPkg::Lock::Timeout=300 "$gd_folder/package.deb"
dpkg-deb --show --showformat '\${Package} \${Version}\n' "$gd_folder/package.deb" >${note}`,
  });
}
