/** F45 to F50: whole runs by login shells, profiles, locales and rules of sudo as they are found in the wild, on a real sshd. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GatError } from '../../src/base/errors.ts';
import { sh } from '../../src/base/shell.ts';
import { command } from '../../src/resources/index.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';
import { cleanUp, printState, smallStack } from '../support/faults/stack.ts';
import { changesOf, runOn } from '../support/faults/world.ts';

let host: LabHostUnderTest;
let clean = '';

/** Makes a user with the lab's key, a login shell, a line of sudoers (without its name), and what its profile does. */
const makeUsers = sh`set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq; apt-get install -qq -y --no-install-recommends tcsh fish busybox >/dev/null 2>&1
ln -sf /bin/busybox /usr/local/bin/ash
make() {
  useradd -m -s "$2" "$1" 2>/dev/null; echo "$1:pw" | chpasswd
  test -z "$3" || echo "$1 $3" >"/etc/sudoers.d/$1"
  cp -r /home/debian/.ssh "/home/$1/"; chown -R "$1:" "/home/$1/.ssh"
}
shell() { printf '#!/bin/sh\\n%s\\n' "$2" >"/usr/local/bin/$1"; chmod 755 "/usr/local/bin/$1"; }
free='ALL=(ALL) NOPASSWD: ALL'
shell says-yes 'exit 0'
shell bannered 'echo "*** Property of ACME ***"; echo "*** on stderr ***" >&2; exec /bin/bash "$@"'
shell asks-for-key 'echo "Press any key to go on"; IFS= read -r key; exec /bin/bash "$@"'
shell waits-for-ever 'echo "Press Ctrl-D"; while read -r key; do :; done; exit 3'
make l-fish /usr/bin/fish "$free"
make l-csh /bin/csh "$free"
make l-ash /usr/local/bin/ash "$free"
make l-banner /usr/local/bin/bannered "$free"
make l-key /usr/local/bin/asks-for-key "$free"
make l-wait /usr/local/bin/waits-for-ever "$free"
make l-yes /usr/local/bin/says-yes "$free"
make l-false /bin/false "$free"
make l-nologin /usr/sbin/nologin "$free"
make l-noisy /bin/bash "$free"
make s-few /bin/bash 'ALL=(root) NOPASSWD: /usr/bin/systemctl, /usr/bin/id'
make s-none /bin/bash ''
make s-tty /bin/bash "$free"; echo 'Defaults:s-tty requiretty' >>/etc/sudoers.d/s-tty
make s-expired /bin/bash 'ALL=(ALL) ALL'; chage -d 0 s-expired
make s-lecture /bin/bash 'ALL=(ALL) ALL'; echo 'Defaults:s-lecture lecture=always' >>/etc/sudoers.d/s-lecture
make s-prompt /bin/bash 'ALL=(ALL) ALL'
printf 'Defaults:s-prompt passprompt="[sudo] Passwort für %%p: ", passprompt_override, timestamp_timeout=0\\n' >>/etc/sudoers.d/s-prompt
for home in /home/l-* /home/s-*; do
  echo 'echo "Welcome"; echo "a warning" >&2' | tee "$home/.bashrc" "$home/.cshrc" "$home/.profile" >/dev/null
  mkdir -p "$home/.config/fish"; echo 'echo Welcome' >"$home/.config/fish/config.fish"
done
printf '%s\\n' 'printf "\\033]0;owned\\007"; cd /nonexistent; alias ls=false; set -o noglob; umask 0777' 'LC_ALL=tr_TR.UTF-8; POSIXLY_CORRECT=1; export LC_ALL POSIXLY_CORRECT' 'IFS=x; CDPATH=/; TMPDIR=/nonexistent; export IFS CDPATH TMPDIR' 'echo() { printf wrong; }; export -f echo' >/home/l-noisy/.bashrc
echo 'Property of ACME, all is recorded' >/etc/issue.net; echo 'Banner /etc/issue.net' >/etc/ssh/sshd_config.d/zz-gd-banner.conf
echo LANG=de_DE.UTF-8 >>/etc/environment
systemctl reload ssh`;

beforeAll(async () => {
  host = await openLabHost('faults-logins');
  await host.run(cleanUp);
  expect(await host.run(makeUsers)).toBe('');
  await runOn(host.reach, smallStack());
  clean = await host.run(printState);
});
beforeEach(async () => {
  await host.run(cleanUp);
});
afterAll(async () => {
  await host.run(sh`rm -f /etc/ssh/sshd_config.d/zz-gd-banner.conf /etc/sudoers.d/[ls]-*; sed -i /de_DE/d /etc/environment
for home in /home/[ls]-*; do userdel -rf "\${home##*/}" 2>/dev/null; done; systemctl reload ssh`);
  await host.run(cleanUp);
  await host.end();
});

const as = (user: string, sudoPassword?: string) => ({
  ...host.reach,
  user,
  ...(sudoPassword !== undefined && { sudoPassword }),
});
const failure = async (user: string, sudoPassword?: string): Promise<GatError> =>
  runOn(as(user, sudoPassword), smallStack()).then(
    () => expect.fail('it worked'),
    (error) => error as GatError,
  );

describe('a whole run', () => {
  test.each<[string, string, string?]>([
    ['a fish, whose greeting is printed', 'l-fish'],
    ['a csh, whose greeting is printed', 'l-csh'],
    ['the shell of busybox', 'l-ash'],
    ['a shell that prints a banner first', 'l-banner'],
    ['a shell that waits for a key first', 'l-key'],
    ['a bash whose profile sets everything that a script could trip over', 'l-noisy'],
    ['a sudo that gives its lecture each time', 's-lecture', 'pw'],
    ['a sudo that asks in German, each time', 's-prompt', 'pw'],
    ['root, without any sudo', 'root'],
  ])('by %s ends as by any other', async (_title, user, password) => {
    const { statuses } = await runOn(as(user, password), smallStack());
    expect(new Set(Object.values(statuses))).toEqual(new Set(['changed']));
    expect(await host.run(printState)).toBe(clean);
    const again = await runOn(as(user, password), smallStack(), { planOnly: true });
    expect(changesOf(again.plan)).toEqual([]);
  });

  test('goes on when the ticket of sudo has ended in the middle of it', async () => {
    const slow = smallStack();
    const ends = { emit: () => void host.run(sh`rm -rf /run/sudo/ts/s-lecture`) };
    const { statuses } = await runOn(as('s-lecture', 'pw'), slow, ends);
    expect(new Set(Object.values(statuses))).toEqual(new Set(['changed']));
  });

  test('takes the words of a prompt in the output of a step for output', async () => {
    const says = command('says', {
      run: sh`echo '[sudo] password for s-lecture:'; echo 'Sorry, try again.' >&2; echo 'sudo: 3 incorrect password attempts'; exit 5`,
    });
    const { outcome } = await runOn(as('s-lecture', 'pw'), [says]);
    const [result] = [...(outcome?.results.values() ?? [])];
    expect(result?.error).toMatchObject({
      code: 'apply/failed',
      why: expect.stringContaining('Sorry, try again.'),
    });
  });
});

describe('one clear error, and nothing changed, for', () => {
  test.each<[string, string, string | undefined, string, RegExp]>([
    [
      'a shell that exits 0 without running anything',
      'l-yes',
      undefined,
      'ssh/no-shell',
      /exit code 0 and said nothing/,
    ],
    ['a shell that is false', 'l-false', undefined, 'ssh/no-shell', /exit code 1/],
    ['nologin', 'l-nologin', undefined, 'ssh/no-shell', /not available/],
    ['a shell that reads for ever', 'l-wait', undefined, 'ssh/no-shell', /Press Ctrl-D/],
    ['no rights', 's-none', 'pw', 'become/no-rights', /may not run sudo|not in the sudoers/],
    ['rights for a few commands only', 's-few', undefined, 'become/password-needed', /\/bin\/sh/],
    ['a sudo that needs a terminal', 's-tty', undefined, 'become/tty-required', /requiretty/],
    ['an expired password', 's-expired', 'pw', 'ssh/no-shell', /[Pp]assword has expired/],
    ['a wrong password', 's-lecture', 'wrong', 'become/wrong-password', /tried once/],
  ])('%s', async (_title, user, password, code, why) => {
    const error = await failure(user, password);
    expect(error).toMatchObject({ code, why: expect.stringMatching(why) });
    expect(await host.run(sh`test ! -e /srv/faults && test ! -e /var/lib/gatdeploy && echo untouched`)).toBe(
      'untouched\n',
    );
  });

  test('a host without sudo, for who is not root', async () => {
    await host.run(sh`chmod 0 /usr/bin/sudo; mv /usr/bin/sudo /usr/bin/sudo.away`);
    try {
      expect(await failure('debian')).toMatchObject({ code: 'become/sudo-missing' });
      const { statuses } = await runOn(as('root'), smallStack());
      expect(new Set(Object.values(statuses))).toEqual(new Set(['changed']));
      expect(await host.run(printState)).toBe(clean);
    } finally {
      await host.run(sh`mv /usr/bin/sudo.away /usr/bin/sudo; chmod 4755 /usr/bin/sudo`);
    }
  });
});
