/** Runs a command as somebody else. See runuser(1). */
import { type Script, sh } from '../../base/shell.ts';

/** Puts `runuser` before a simple command unless the user is root, who runs everything anyway. */
export function asUser(user: string | undefined, command: Script): Script {
  return user === undefined || user === 'root' ? command : sh`runuser -u ${user} -- ${command}`;
}
