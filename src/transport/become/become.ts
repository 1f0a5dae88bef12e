/**
 * Runs a script as another user with sudo, in the same round trip. See sudo(8), "SUDO_ASKPASS" and "-p".
 *
 * The password goes through a pipe of the login user's own shell, which sudo empties through `cat` if and only if it
 * asks: a password that is not needed is never read, one that is wrong is tried once (the pipe is empty then), and
 * nothing of it is an argument, an environment variable, a file, or part of the script's standard input.
 * Where there is no sudo, root becomes others with su.
 */
import { type Script, sh } from '../../base/shell.ts';
import type { Become } from '../connection.ts';
import { endMark, environment, type Frame } from '../frame.ts';

/** The words with which the wrapper tells why it did not come as far as sudo. */
export const SUDO_MISSING = 'sudo-missing';

/** Wraps a framed script so that sudo runs it; when sudo refuses, the frame's end comes without its beginning. */
export function becoming(become: Become, script: Script, frame: Frame): Script {
  const shell = sh`-H -u ${become.user} -- /bin/sh -s`;
  const run = become.password
    ? sh`printf '%s\\n' ${become.password} | {
read -r gat_pid gat_rest </proc/self/stat
exec 9<&0
printf %s ${script.text} | SUDO_ASKPASS=$(command -v cat) sudo -A -p "/proc/$gat_pid/fd/9" ${shell}
exit $?
}`
    : sh`printf %s ${script.text} | sudo -n ${shell}`;
  return sh`{
${environment}
if command -v sudo >/dev/null 2>&1; then
${run}
${endMark(frame, sh`$?`)}
elif [ "$(id -u)" = 0 ] && command -v su >/dev/null 2>&1; then
printf %s ${script.text} | su -s /bin/sh ${become.user} -c 'exec /bin/sh -s'
${endMark(frame, sh`$?`)}
else
${endMark(frame, sh`${SUDO_MISSING}`)}
fi
exit 0
}
`;
}
