/**
 * Remembers on the host what each deployment has made there and what it declares, so that what is no longer declared can be
 * taken away, and nothing else. A deployment is a stack of a project. Lines are JSON, one thing each; no content is in them.
 */
import { createHash } from 'node:crypto';
import { feed, nothing, type Script, sh, steps } from '../base/shell.ts';
import { STATE } from './alive.ts';

const DEPLOYMENTS = `${STATE}/deployments`;

/** Told by a host on which it is not noted yet what a deployment declares. */
export const UNNOTED = '@unnoted';

/** The name of a deployment's folder. */
export function deploymentId(project: string, stack: string): string {
  return encodeURIComponent(`${project}/${stack}`);
}

/** What a run tells the hosts of its deployments. */
export type MadeNotes = {
  /** The deployment and the line of each resource that can be taken away, by resource key. */
  readonly lines: ReadonlyMap<string, { readonly deployment: string; readonly line: string }>;
  /** All lines of each host's deployments; absent when only a part of the project takes part. */
  readonly declared?: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  /** Hosts on which that is not noted yet. */
  readonly unnoted?: readonly string[];
};

/** Notes that a thing is made; before it is, so that a crash can't leave one that nobody knows of. */
export function noteMade(deployment: string, line: string): Script {
  const made = `${DEPLOYMENTS}/${deployment}/made`;
  return alone(sh`mkdir -p -- ${`${DEPLOYMENTS}/${deployment}`}
grep -qxF -e ${line} ${made} 2>/dev/null || printf '%s\n' ${line} >>${made}`);
}

/** Forgets things that are gone, in whichever deployment they were made. */
export function forgetMade(lines: readonly string[]): Script {
  if (lines.length === 0) return nothing;
  return alone(sh`for gd_made in ${DEPLOYMENTS}/*/made; do
  test -f "$gd_made" || continue
  printf '%s\n' ${lines} | grep -vxF -f /dev/stdin "$gd_made" >"$gd_made.new" || true; mv -f -- "$gd_made.new" "$gd_made"
done`);
}

/** Steps that run beside each other note and forget at the same time. */
function alone(change: Script): Script {
  return sh`(umask 077; mkdir -p -- ${DEPLOYMENTS}
exec 8>${`${DEPLOYMENTS}.lock`}; ! command -v flock >/dev/null || flock 8
${change})`;
}

/** Notes what deployments declare on a host, for others that might take it away. */
export function noteDeclared(declared: ReadonlyMap<string, readonly string[]>): Script {
  return steps(
    ...[...declared].map(([deployment, lines]) => {
      const folder = `${DEPLOYMENTS}/${deployment}`;
      return sh`(umask 077; mkdir -p -- ${folder}
${feed(asText(lines), sh`cat >${`${folder}/declared.new`}`)}
mv -f -- ${`${folder}/declared.new`} ${`${folder}/declared`})`;
    }),
  );
}

/**
 * Prints what these deployments have made here and what neither they nor others declare. What they declare is known by its
 * digest: nothing but the difference is printed, and a line where what they declare is not noted yet.
 */
export function printUndeclared(declared: ReadonlyMap<string, readonly string[]>): Script {
  const looks = [...declared].map(
    ([deployment, lines]) => sh`gd_look ${deployment} ${createHash('sha256').update(asText(lines)).digest('hex')}`,
  );
  return sh`cd ${DEPLOYMENTS} 2>/dev/null || { echo ${UNNOTED}; exit 0; }
gd_look() {
  gd_sum=$(sha256sum <"$1/declared") || gd_sum=
  test "\${gd_sum%% *}" = "$2" || echo ${UNNOTED}
  test -s "$1/made" || return 0
  for gd_one in */declared; do
    if test "$gd_one" != "$1/declared" || test "\${gd_sum%% *}" = "$2"; then cat -- "$gd_one"; fi
  done 2>/dev/null | grep -vxF -f /dev/stdin -- "$1/made" || true
}
${steps(...looks)}
true`;
}

function asText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
