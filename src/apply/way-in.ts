/**
 * Nobody is to be locked out: before a change to what decides who gets in (sshd, sudo, PAM, firewall) the host itself is
 * told to undo it in a while. Only a new connection that becomes root again takes that back. See systemd-run(1).
 */
import { GatError } from '../base/errors.ts';
import { type Script, sh } from '../base/shell.ts';
import type { Resource } from '../resources/kind.ts';
import { STATE } from './alive.ts';
import type { HostLink } from './work.ts';

/** The script that undoes; in a file, for systemd 252 garbles long arguments of a transient unit when it is reloaded. */
const UNDO = `${STATE}/undo`;

/** How long the host waits before it undoes. */
const UNDO_SECONDS = 90;

/** Exit code of `disarm` when it was undone. */
const UNDONE = 50;

/** Folders and files whose change may lock everybody out. */
const PATHS = [
  'etc/ssh',
  'etc/sudoers',
  'etc/sudoers.d',
  'etc/pam.d',
  'etc/nftables.conf',
  'etc/iptables',
  'etc/ufw',
];
const UNITS = ['ssh', 'sshd', 'nftables', 'ufw', 'netfilter-persistent'];

/** Units that read the old files again when they are back; what did not run before the change is stopped instead. */
const RESTARTED = ['ssh', 'nftables', 'netfilter-persistent', 'ufw'];

/** Whether a change of this resource may lock everybody out. */
export function guardsWayIn({ kind, name, props }: Resource): boolean {
  if (kind.name === 'service' || kind.name === 'reload') return UNITS.includes(name.replace(/\.service$/, ''));
  const path = kind.name === 'edit' && 'path' in props ? String(props.path) : name;
  return ['file', 'edit', 'link'].includes(kind.name) && PATHS.some((one) => isBelow(path, `/${one}`));
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Tells the host to put the run's changes to the way in back after a while; once more starts the time anew. */
export function arm(run: string): Script {
  const kept = `${STATE}/previous/${run}`;
  const undo = sh`cd ${kept} || exit
(cd files 2>/dev/null && find ${PATHS} -type f 2>/dev/null) | while IFS= read -r file; do
  cp -p -- "files/$file" "/$file.gatdeploy-undo" && mv -fT -- "/$file.gatdeploy-undo" "/$file"
done
cat created 2>/dev/null | while IFS= read -r path; do
  for guarded in ${PATHS}; do case $path in "/$guarded" | "/$guarded"/*) rm -f -- "$path";; esac; done
done
touch ${`${STATE}/undone`}
for unit in ${RESTARTED}; do
  if grep -qxF "$unit" resting; then systemctl stop "$unit.service"; else systemctl try-reload-or-restart "$unit.service"; fi
done
true`;
  return sh`if test -d /run/systemd/system; then
  test -e ${`${kept}/resting`} || (umask 077; mkdir -p ${kept}
    for unit in ${RESTARTED}; do systemctl is-active -q "$unit.service" || echo "$unit"; done >${`${kept}/resting`})
  systemctl stop gatdeploy-undo.timer 2>/dev/null || true
  rm -f ${`${STATE}/undone`}
  (umask 077; printf %s ${undo.source} >${`${UNDO}.new`}; mv -f -- ${`${UNDO}.new`} ${UNDO})
  systemd-run -q --collect --unit=gatdeploy-undo --description='undoes a change that locks gatdeploy out' --on-active=${UNDO_SECONDS} --timer-property=AccuracySec=1s sh ${UNDO}
fi`;
}

const disarm = sh`systemctl stop gatdeploy-undo.timer 2>/dev/null
rm -f ${UNDO}
test ! -e ${`${STATE}/undone`} || { rm -f ${`${STATE}/undone`}; exit ${UNDONE}; }`;

/** Whether a new connection still gets in and becomes root; or only did so when the host had put the old files back; or never did. */
export type WayIn = 'open' | 'undone' | 'shut';

/** Tries until the host has had time enough to put the old files back. */
export async function tryWaysIn(link: HostLink): Promise<WayIn> {
  const deadline = performance.now() + UNDO_SECONDS * 2000;
  for (;;) {
    const code = await tryWayIn(link);
    if (code === 0) return 'open';
    if (code === UNDONE) return 'undone';
    if (performance.now() > deadline) return 'shut';
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
}

async function tryWayIn(link: HostLink): Promise<number | null> {
  try {
    const fresh = await link.reconnect?.();
    if (!fresh) return 0;
    try {
      return (await fresh.exec({ script: disarm, become: link.become })).code;
    } finally {
      await fresh.close();
    }
  } catch (error) {
    if (error instanceof GatError) return null;
    throw error;
  }
}
