/** Which version of a package apt would install. See apt-cache(8), "policy". */
import { type Script, sh } from '../base/shell.ts';

/** Prints what apt knows of these packages. */
export function printCandidates(names: readonly string[]): Script {
  return sh`LC_ALL=C apt-cache policy -- ${names} 2>/dev/null || true`;
}

/** Parses `apt-cache policy`: `name:` and below it `  Candidate: 1.2-3`; a package without a candidate is left out. */
export function parseCandidates(text: string): ReadonlyMap<string, string> {
  const candidates = new Map<string, string>();
  let name = '';
  for (const line of text.split('\n')) {
    if (/^\S.*:$/.test(line)) name = line.slice(0, -1);
    const candidate = /^ {2}Candidate: (.+)$/.exec(line)?.[1];
    if (candidate && candidate !== '(none)') candidates.set(name, candidate);
  }
  return candidates;
}
