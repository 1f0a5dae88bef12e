/** Runs a task's shell text as the user of `become_user`, with its environment, and without leaving anything on disk. */
import { joinText, type Text } from '../base/secret.ts';
import { feed, type Script, sh, steps } from '../base/shell.ts';

export type RunAs = {
  readonly user: string;
  readonly environment: readonly (readonly [string, Text])[];
  readonly chdir?: string | undefined;
};

/**
 * Wraps a script: root runs it in a shell of its own, anybody else gets it by standard input, so that neither the
 * script nor a secret of the environment is an argument of a process. All of it is read before any of it runs.
 */
export function runAs(script: Script, { user, environment, chdir }: RunAs): Script {
  const inner = steps(
    home(user),
    ...environment.map(([name, value]) => sh`${plainWord(name)}=${value}; export ${plainWord(name)}`),
    chdir !== undefined && sh`cd -- ${chdir}`,
    script,
  );
  if (user === 'root') return sh`( set -e\n${inner}\n)`;
  const program = joinText(['{ set -e\n', inner.text, '\nexit\n} </dev/null\n']);
  return feed(program, sh`runuser -u ${user} -- sh -s`);
}

/** What sudo -H sets; a task starts in the user's home. */
function home(user: string): Script {
  return sh`HOME=$(getent passwd ${user} | cut -d: -f6); USER=${user}; LOGNAME=${user}; export HOME USER LOGNAME
cd -- "$HOME" 2>/dev/null || cd /`;
}

function plainWord(name: string): Script {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`not a variable's name: ${name}`);
  return sh`${name}`;
}

/** no_log: nothing that the script prints is seen. */
export function hush(script: Script): Script {
  return sh`{ ${script}
} >/dev/null 2>&1`;
}
