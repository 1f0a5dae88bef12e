/** Copies of the private key for users who are no longer declared: what they may read, they could go on using. */
import { sh } from '../../base/shell.ts';
import { command, type Resource } from '../../resources/index.ts';
import type { Settings } from './settings.ts';
import type { CertbotValues } from './vars.ts';

/** Removes copies that hold this certificate's key, now or in former times, and that nobody asks for; others' files stay. */
export function staleKeys(v: CertbotValues, settings: Settings, issued: Resource): Resource {
  const wanted = settings.copies.flatMap(({ path, sharedWith }) => (sharedWith === undefined ? [] : [path]));
  const find = sh`for gd_file in ${v.certbot_share_key_dir}/privkey-*.pem; do
test -f "$gd_file" || continue
for gd_wanted in ${wanted} ''; do test "$gd_wanted" != "$gd_file" || continue 2; done
for gd_key in ${settings.live}/privkey.pem ${`${v.certbot_letsencrypt_dir}/archive/${settings.name}`}/privkey*.pem; do
if cmp -s -- "$gd_file" "$gd_key"; then printf '%s\n' "$gd_file"; break; fi
done
done`;
  return command(`no other copies of the key of ${settings.name}`, {
    unless: sh`test -z "$(${find})"`,
    run: sh`{ ${find}
} | while IFS= read -r gd_file; do rm -f -- "$gd_file"; echo "removed $gd_file"; done`,
    after: [issued],
  });
}
