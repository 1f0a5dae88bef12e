import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GatError } from '../../../src/base/errors.ts';
import { Secret } from '../../../src/base/secret.ts';
import { sh } from '../../../src/base/shell.ts';
import { sudoFailed } from '../../../src/transport/become/errors.ts';
import { connect } from '../../../src/transport/connect.ts';
import type { Become, Connection } from '../../../src/transport/connection.ts';
import { type SshHome, sshHome } from '../../support/ssh-home.ts';
import { startServer, type TestServer } from '../../support/ssh-server.ts';

/**
 * Stands in for sudo: knows the password "right", asks for it once or more as sudo does, writes down how it was
 * called, and then runs the shell as whoever it is.
 */
const SUDO = `#!/bin/sh
here=$(dirname "$0")
echo "$*" >>"$here/calls"
[ -e "$here/lecture" ] && echo 'We trust you have received the usual lecture.' >&2
mode=$1; shift
if [ "$mode" = -n ]; then
  [ -e "$here/nopasswd" ] || { echo 'sudo: a password is required' >&2; exit 1; }
else
  prompt=$2; shift 2
  if [ ! -e "$here/nopasswd" ]; then
    for attempt in 1 2 3; do
      password=$("$SUDO_ASKPASS" "$prompt")
      [ -n "$password" ] || { echo 'sudo: no password was provided' >&2; echo 'sudo: 1 incorrect password attempt' >&2; exit 1; }
      echo "attempt" >>"$here/attempts"
      [ "$password" = right ] && break
      echo 'Sorry, try again.' >&2
    done
    [ "$password" = right ] || { echo 'sudo: 3 incorrect password attempts' >&2; exit 1; }
  fi
fi
[ "$1 $2" = '-H -u' ] || exit 99
shift 4
exec "$@"
`;

let folder = '';
let home: SshHome;
let server: TestServer;
let connection: Connection;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-sudo-'));
  writeFileSync(join(folder, 'sudo'), SUDO);
  chmodSync(join(folder, 'sudo'), 0o755);
  home = sshHome();
  server = await startServer({ environment: { PATH: `${folder}:${process.env.PATH}` } });
  home.know(server);
  connection = await connect(home.target(server.port));
});
afterAll(async () => {
  await connection.close();
  await server.close();
  home.remove();
  rmSync(folder, { recursive: true });
});

const flag = (name: string, on: boolean) =>
  on ? writeFileSync(join(folder, name), '') : rmSync(join(folder, name), { force: true });
const attempts = () => {
  const file = join(folder, 'attempts');
  writeFileSync(file, '', { flag: 'a' });
  const count = readFileSync(file, 'utf8').split('\n').length - 1;
  rmSync(file);
  return count;
};
const become = (password?: string): Become => ({
  user: 'galaxy',
  method: 'sudo',
  ...(password === undefined ? {} : { password: new Secret(password) }),
});
const run = async (who: Become) => {
  const script = sh`cat; echo out; echo 'Sorry, try again. [sudo] password:' >&2; exit 3`;
  const { code, stdout, stderr } = await connection.exec({ script, become: who });
  return [code, String(stdout), String(stderr)];
};
const ran = [3, 'out\n', 'Sorry, try again. [sudo] password:\n'];
const failure = (who: Become): Promise<GatError> => run(who).then(String, (error) => error) as Promise<GatError>;

describe('sudo', () => {
  test('runs the script with the right password, in one attempt', async () => {
    expect(await run(become('right'))).toEqual(ran);
    expect(attempts()).toBe(1);
  });

  test('is given a wrong password exactly once', async () => {
    expect(await failure(become('wrong'))).toMatchObject({ code: 'become/wrong-password', class: 'unreachable' });
    expect(attempts()).toBe(1);
  });

  test('wants a password and none is known: that is said, and nothing is tried', async () => {
    expect(await failure(become())).toMatchObject({ code: 'become/password-needed' });
    expect(attempts()).toBe(0);
  });

  test.each(['right', 'wrong', undefined])(
    'that asks for nothing never reads the password (%s)',
    async (password) => {
      flag('nopasswd', true);
      expect(await run(become(password))).toEqual(ran);
      expect(attempts()).toBe(0);
      flag('nopasswd', false);
    },
  );

  test('may give its lecture, which is no part of the output', async () => {
    flag('lecture', true);
    expect(await run(become('right'))).toEqual(ran);
    flag('lecture', false);
  });

  test.each(["pass'word", 'a b', '$(id)', '%p %u', '\\n', 'ünï'])(
    'takes the password %j as it is',
    async (password) => {
      const file = join(folder, 'sudo');
      writeFileSync(file, SUDO.replaceAll('= right ]', `= "$(cat '${folder}/expected')" ]`));
      writeFileSync(join(folder, 'expected'), password);
      expect(await run(become(password))).toEqual(ran);
      writeFileSync(file, SUDO);
      attempts();
    },
  );

  test('never has the password among its arguments', async () => {
    await run(become('right'));
    const calls = readFileSync(join(folder, 'calls'), 'utf8');
    expect(calls).toMatch(/-A -p \/proc\/\d+\/fd\/9 -H -u galaxy -- \/bin\/sh -s/);
    expect(calls).not.toMatch(/right/);
    attempts();
  });

  test('is not used to become who one is already', async () => {
    const script = sh`echo same`;
    const result = await connection.exec({ script, become: { user: 'tester', method: 'sudo' } });
    expect(String(result.stdout)).toBe('same\n');
  });

  test.each(['-s', 'a b', 'root;id', ''])('is never called for the user %j', async (user) => {
    expect(await failure({ user, method: 'sudo' })).toMatchObject({ code: 'ssh/unsafe-value' });
  });
});

// What sudo 1.9.13 (Debian 12) and 1.8 print with LC_ALL=C.
describe('the words of sudo', () => {
  test.each<[string, string, string]>([
    ['a wrong password', 'sudo: no password was provided\nsudo: 1 incorrect password attempt', 'wrong-password'],
    ['no rights at all', 'debian is not in the sudoers file.', 'no-rights'],
    [
      'no rights, as 1.8 says it',
      'debian is not in the sudoers file.  This incident will be reported.',
      'no-rights',
    ],
    [
      'a command that is not allowed',
      'Sorry, user debian is not allowed to execute "/bin/sh -s" as root on web-1.',
      'no-rights',
    ],
    ['no rights on this host', 'Sorry, user debian may not run sudo on web-1.', 'no-rights'],
    ['a missing terminal', 'sudo: sorry, you must have a tty to run sudo', 'tty-required'],
    ['a missing password', 'sudo: a password is required', 'password-needed'],
    [
      'a user that is not there',
      'sudo: unknown user ghost\nsudo: error initializing audit plugin sudoers_audit',
      'unknown-user',
    ],
    ['an expired password', 'sudo: Account or password is expired, reset your password and try again', 'expired'],
    ['a locked account', 'sudo: account validation failure, is your account locked?', 'expired'],
    [
      'a container without rights',
      'sudo: The "no new privileges" flag is set, which prevents sudo from running as root.',
      'powerless',
    ],
    ['something new', 'sudo: the moon is full', 'failed'],
  ])('%s', (_title, said, code) => {
    const error = sudoFailed({ host: 'web-1', user: 'debian', become: become(), status: { code: 1 }, said });
    expect(error).toMatchObject({ code: `become/${code}`, what: 'cannot become galaxy on web-1' });
    expect(error.why?.length).toBeGreaterThan(10);
  });
});
