/** Checks that Debian's own tools make of a file before it takes its place: what is broken never gets there. */
import { type Script, sh } from '../base/shell.ts';

type Check = { readonly of: RegExp; readonly by: (path: string) => Script };

/** A copy under the file's own name, as tools go by names, in a folder that only root can read. */
const asNamed = (path: string, check: Script): Script => sh`(
gd_check=$(mktemp -d /var/lib/gatdeploy/check.XXXXXXXX)
trap 'rm -rf -- "$gd_check"' EXIT
gd_copy=$gd_check/${path.slice(path.lastIndexOf('/') + 1)}
cat -- "$gd_new" >"$gd_copy"
${check}
)`;

const CHECKS: readonly Check[] = [
  {
    of: /^\/etc\/sudoers(\.d\/[^/]+)?$/,
    by: (path) =>
      asNamed(
        path,
        sh`chmod 0440 "$gd_copy"; ! command -v visudo >/dev/null || visudo -c -f "$gd_copy" >/dev/null`,
      ),
  },
  {
    of: /^\/etc\/ssh\/sshd_config$/,
    by: (path) =>
      asNamed(path, sh`! command -v sshd >/dev/null || { mkdir -p /run/sshd; sshd -t -f "$gd_copy"; }`),
  },
  {
    of: /^\/etc\/ssh\/sshd_config\.d\/[^/]+\.conf$/,
    by: (path) =>
      asNamed(path, sh`! command -v sshd >/dev/null || { mkdir -p /run/sshd; sshd -t -f "$gd_copy"; }`),
  },
  {
    of: /^\/etc\/systemd\/system\/[^/@]+\.(service|socket|timer|path|mount|target)$/,
    by: (path) => asNamed(path, unitCheck),
  },
];

/**
 * What systemd calls wrong in the file itself; that a program or another unit isn't there yet is not, as it may come later
 * in the same run. See systemd-analyze(1), "verify".
 */
const unitCheck = sh`gd_wrong=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no --recursive-errors=no "$gd_copy" 2>&1 |
  grep -F -- "$gd_copy:" | grep -e 'Unknown section' -e 'Missing .=.' -e 'Invalid section header' -e 'Failed to parse' -e 'bad unit file' -e 'Assignment outside of section' -e 'Unbalanced quoting' || true)
test -z "$gd_wrong" || { printf '%s\\n' "$gd_wrong" >&2; exit 1; }`;

/** The check of what is in `$gd_new` for a path; undefined where there is none. */
export function checkFor(path: string): Script | undefined {
  return CHECKS.find(({ of }) => of.test(path))?.by(path);
}
