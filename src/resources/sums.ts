/** Digests of many files by one process. See sha256sum(1). */
import { type Script, sh } from '../base/shell.ts';

/** A script that prints sha256sum lines of those paths that are regular files; anything else could block its reader. */
export function printSums(paths: readonly string[]): Script {
  return sh`for gd_path in ${paths}; do test -f "$gd_path" && printf '%s\\0' "$gd_path"; done | xargs -0 -r sha256sum -- 2>/dev/null || true`;
}

/** Parses lines such as `e3b0…b855  /etc/hosts`; other lines are skipped. */
export function parseSums(text: string): ReadonlyMap<string, string> {
  const sums = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([0-9a-f]{64}) [ *](\/.*)$/.exec(line);
    if (match?.[1] && match[2]) sums.set(match[2], match[1]);
  }
  return sums;
}
