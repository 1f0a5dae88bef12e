/** Programs that come from a URL of the admin's: fetched once, by their checksum where it is known. */
import type { z } from 'zod';
import { type Script, sh, steps } from '../base/shell.ts';
import { type Algorithm, fetchTo } from '../resources/download.ts';
import { word } from './types.ts';

export type Checksum = { readonly algorithm: Algorithm; readonly digest: string };

const LENGTHS: Readonly<Record<number, Algorithm>> = { 32: 'md5', 40: 'sha1', 64: 'sha256', 128: 'sha512' };

const FORM = /^(?:(md5|sha1|sha224|sha256|sha384|sha512):)?([0-9a-f]+)$/i;

/** The type of a checksum variable: `sha256:…`, or the digits alone; empty for none. */
export const checksum: z.ZodType<Checksum | undefined> = word.transform((text, context) => {
  if (text === '') return undefined;
  const [, name, digest = ''] = FORM.exec(text) ?? [];
  const algorithm = (name?.toLowerCase() as Algorithm | undefined) ?? LENGTHS[digest.length];
  if (algorithm !== undefined) return { algorithm, digest: digest.toLowerCase() };
  context.addIssue({ code: 'custom', message: 'must be a checksum such as sha256:9f86d081…' });
  return undefined;
});

/** Runs `use` with the fetched file as `"$gd_file"`, in a folder of its own that is gone afterwards. */
export function withFetched(
  from: { readonly url: string; readonly checksum: Checksum | undefined; readonly owner?: string },
  use: Script,
): Script {
  return steps(
    sh`gd_folder=$(mktemp -d)
trap 'rm -rf -- "$gd_folder"' EXIT
gd_file="$gd_folder/fetched"`,
    fetchTo(sh`"$gd_file"`, { url: from.url }),
    from.checksum && verify(from.checksum),
    from.owner !== undefined && sh`chown -R -- ${from.owner} "$gd_folder"`,
    use,
  );
}

function verify({ algorithm, digest }: Checksum): Script {
  return sh`gd_sum=$(${`${algorithm}sum`} <"$gd_file" | cut -d' ' -f1)
test "$gd_sum" = ${digest} || { echo "the checksum of the fetched file is $gd_sum" >&2; exit 1; }`;
}
