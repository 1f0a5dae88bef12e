/** What sudo's refusals mean and how to go on. sudo runs with LC_ALL=C, so its words are known. See sudoers(5). */
import { GatError } from '../../base/errors.ts';
import type { Become } from '../connection.ts';
import type { FrameStatus } from '../frame.ts';
import { SUDO_MISSING } from './become.ts';

/** A refusal: who wanted to become whom, where, and what sudo said. */
export type Refusal = {
  readonly host: string;
  readonly user: string;
  readonly become: Become;
  readonly status: FrameStatus;
  readonly said: string;
};

type Diagnosis = { readonly code: string; readonly why: string; readonly fix?: string };

/** Builds the error for a refused sudo. */
export function sudoFailed(refusal: Refusal): GatError {
  const { code, why, fix } = diagnose(refusal);
  return new GatError({
    code: `become/${code}`,
    what: `cannot become ${refusal.become.user} on ${refusal.host}`,
    where: { host: refusal.host },
    why,
    ...(fix ? { fix } : {}),
    class: 'unreachable',
  });
}

/** sudo's words, the most telling first: a wrong password is followed by other complaints. */
const WORDS: readonly (readonly [RegExp, (refusal: Refusal) => Diagnosis])[] = [
  [/not in the sudoers file|may not run sudo|is not allowed to (run sudo|execute)/, noRights],
  [/must have a tty|no tty present/, ttyRequired],
  [/incorrect password attempt|Sorry, try again|Authentication failed/i, wrongPassword],
  [/password is required|no password was provided|askpass/, passwordNeeded],
  [/unknown user/, unknownUser],
  [/expired|account validation failure|account is locked/i, accountExpired],
  [/no new privileges|setuid bit|effective uid is not 0/, sudoPowerless],
];

function diagnose(refusal: Refusal): Diagnosis {
  if ('failure' in refusal.status && refusal.status.failure === SUDO_MISSING) return sudoMissing(refusal);
  const known = WORDS.find(([words]) => words.test(refusal.said));
  if (known) return known[1](refusal);
  const code = 'code' in refusal.status ? ` with exit code ${refusal.status.code}` : '';
  return {
    code: 'failed',
    why: refusal.said ? `sudo said: ${refusal.said}` : `sudo ended${code} and said nothing`,
  };
}

function wrongPassword({ user }: Refusal): Diagnosis {
  return {
    code: 'wrong-password',
    why: `sudo refused the password for ${user}; it was tried once, so that no account is locked`,
    fix: 'set ansible_become_password to the right one, or have it asked for with --ask-become-pass',
  };
}

function passwordNeeded({ user, become }: Refusal): Diagnosis {
  const why = become.password
    ? `sudo asked ${user} for more than the one password it was given`
    : `sudo wants a password of ${user} for /bin/sh, and none is known; rules that free single commands of it don't help`;
  return {
    code: 'password-needed',
    why,
    fix: 'set ansible_become_password (in a vault), or have it asked for with --ask-become-pass',
  };
}

function noRights({ user, become, said }: Refusal): Diagnosis {
  return {
    code: 'no-rights',
    why: `sudo does not let ${user} run /bin/sh as ${become.user}: ${said}`,
    fix: `let somebody with root rights add this line with visudo:\n  ${user} ALL=(${become.user}) /bin/sh`,
  };
}

function ttyRequired({ user }: Refusal): Diagnosis {
  return {
    code: 'tty-required',
    why: 'sudo wants a terminal (requiretty), and a script has none',
    fix: `let somebody with root rights add this line with visudo:\n  Defaults:${user} !requiretty`,
  };
}

function unknownUser({ become }: Refusal): Diagnosis {
  return {
    code: 'unknown-user',
    why: `the host has no user ${become.user}`,
    fix: `did you mean another become_user, or is the resource that makes ${become.user} missing?`,
  };
}

function accountExpired({ user, said }: Refusal): Diagnosis {
  return { code: 'expired', why: `the account or the password of ${user} is expired or locked: ${said}` };
}

function sudoPowerless({ said }: Refusal): Diagnosis {
  return { code: 'powerless', why: `sudo on the host cannot change the user: ${said}` };
}

function sudoMissing({ host, user, become }: Refusal): Diagnosis {
  return {
    code: 'sudo-missing',
    why: `there is no sudo on ${host}, and the login is ${user}`,
    fix: `install sudo, or log in as ${become.user}:\n  ansible_user: ${become.user}`,
  };
}
