/** All errors about the passwords of a run. */
import { GatError } from '../base/errors.ts';

export const noTerminal = () =>
  new GatError({
    code: 'cli/no-terminal',
    what: 'cannot ask for the sudo password: there is no terminal',
    fix: 'give it without a terminal: --become-password-file FILE, or ansible_become_password in the vault',
  });

export const badPasswordFile = (file: string, why: string) =>
  new GatError({
    code: 'cli/password-file',
    what: `cannot read the sudo password from ${file}`,
    why,
    fix: '--become-password-file FILE, where FILE holds the password, prints it, or is - for standard input',
  });
