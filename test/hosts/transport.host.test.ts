import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GatError } from '../../src/base/errors.ts';
import { Secret } from '../../src/base/secret.ts';
import { type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { connect } from '../../src/transport/connect.ts';
import type { Become, Connection } from '../../src/transport/connection.ts';
import { loadSshConfig } from '../../src/transport/target/ssh-config.ts';
import { targetFor } from '../../src/transport/target/target-for.ts';

const NAME = 'transport-test';
const SHELLS = [
  ['dash', '/bin/dash'],
  ['bash', '/bin/bash'],
  ['csh', '/bin/csh'],
  ['fish', '/usr/bin/fish'],
  ['busybox', '/usr/local/bin/ash'],
] as const;

/** Waits until sshd, which starts itself anew on a reload, listens again. */
const listening = sh`for try in 1 2 3 4 5 6 7 8 9 10; do sleep 0.2; ss -Hltn 'sport = :22' | grep -q . && break; done`;

let lab: Lab;
const open: Connection[] = [];

beforeAll(async () => {
  lab = await labUp({ name: NAME, hosts: ['web', 'gate'] });
  const users = SHELLS.map(([name, shell]) => sh`useradd -m -s ${shell} ${`u-${name}`}`);
  const prepared = await labExec(
    lab,
    'web',
    sh`set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq; apt-get install -qq -y --no-install-recommends tcsh fish busybox >/dev/null 2>&1
ln -s /bin/busybox /usr/local/bin/ash
${users.reduce((all, one) => sh`${all}\n${one}`)}
useradd -m -s /usr/sbin/nologin u-nologin
useradd -m -s /bin/bash u-norights; echo 'u-norights:pw' | chpasswd
useradd -m -s /bin/bash u-tty; echo 'Defaults:u-tty requiretty' >/etc/sudoers.d/u-tty; echo 'u-tty ALL=(ALL) NOPASSWD: ALL' >>/etc/sudoers.d/u-tty
for home in /home/u-*; do
  cp -r /home/debian/.ssh "$home/"; chown -R "$(basename "$home")" "$home/.ssh"
  echo 'echo "Welcome to this host"; echo "a warning" >&2' >"$home/.bashrc"
  echo 'echo "Welcome to this host"' >"$home/.cshrc"
  mkdir -p "$home/.config/fish"; echo 'echo Welcome' >"$home/.config/fish/config.fish"
done`,
  );
  expect(prepared).toMatchObject({ code: 0 });
});
afterAll(async () => {
  for (const connection of open) await connection.close();
  await labDown(NAME);
});

/** Connects to the host as a user, by the lab's key. */
async function as(user: string, commonArgs = ''): Promise<Connection> {
  const config = loadSshConfig({
    home: join('/nonexistent', NAME),
    environment: {},
    systemFile: '/nonexistent/config',
  });
  const address = lab.hosts.find(({ name }) => name === 'web')?.address ?? '';
  const target = targetFor(
    'web.lab.test',
    {
      ansible_host: address,
      ansible_user: user,
      ansible_ssh_private_key_file: lab.privateKey,
      ansible_ssh_common_args: `-o UserKnownHostsFile=${lab.knownHosts} ${commonArgs}`,
    },
    config,
  );
  const connection = await connect(target);
  open.push(connection);
  return connection;
}
const root = (password?: string): Become => ({
  user: 'root',
  method: 'sudo',
  ...(password === undefined ? {} : { password: new Secret(password) }),
});
const output = async (connection: Connection, script: Script, become?: Become) =>
  String((await connection.exec({ script, become })).stdout);
const failure = (promise: Promise<unknown>): Promise<GatError> =>
  promise.then(String, (error) => error) as Promise<GatError>;

describe('a login shell', () => {
  test.each(SHELLS)('%s with a greeting runs scripts, and none of the greeting gets in', async (name) => {
    const connection = await as(`u-${name}`);
    const result = await connection.exec({
      script: sh`cat; id -un; printf '%s\\n' ${"a'b $HOME \\ `id`"}; echo err >&2; exit 7`,
    });
    expect([result.code, String(result.stdout), String(result.stderr)]).toEqual([
      7,
      `u-${name}\na'b $HOME \\ \`id\`\n`,
      'err\n',
    ]);
  });

  test('nologin is a clear error', async () => {
    const connection = await as('u-nologin');
    expect(await failure(connection.exec({ script: sh`id` }))).toMatchObject({
      code: 'ssh/no-shell',
      why: expect.stringContaining('not available'),
    });
  });
});

describe('sudo on a real host', () => {
  test('runs with the right password, without one where none is asked, and for unprivileged users', async () => {
    const trainee = await as('trainee');
    expect(await output(trainee, sh`id -un; cat`, root('lab'))).toBe('root\n');
    expect(await output(trainee, sh`id -un; echo $HOME`, { ...root('lab'), user: 'nobody' })).toBe(
      'nobody\n/nonexistent\n',
    );
    const debian = await as('debian');
    expect(await output(debian, sh`id -un`, root())).toBe('root\n');
    expect(await output(debian, sh`id -un`, { ...root(), user: 'trainee' })).toBe('trainee\n');
    expect(await output(await as('root'), sh`id -un`, { ...root(), user: 'nobody' })).toBe('nobody\n');
  });

  test('leaves nothing in the temporary folders', async () => {
    const trainee = await as('trainee');
    const list = sh`find /tmp /var/tmp /dev/shm -user trainee`;
    await output(trainee, sh`:`, root('lab'));
    expect(await output(trainee, list)).toBe('');
  });

  test('is given a wrong password once, as its own log says', async () => {
    const trainee = await as('trainee');
    expect(await failure(output(trainee, sh`id`, root('wrong')))).toMatchObject({ code: 'become/wrong-password' });
    const log = sh`journalctl -q -o cat | grep -c 'trainee : 1 incorrect password attempt'; journalctl -q -o cat | grep -c 'pam_unix(sudo:auth): authentication failure'`;
    expect(await output(await as('root'), log)).toBe('1\n1\n');
  });

  test.each<[string, string, string | undefined, string]>([
    ['a password is needed', 'trainee', undefined, 'become/password-needed'],
    ['there are no rights', 'u-norights', 'pw', 'become/no-rights'],
    ['a terminal is required', 'u-tty', undefined, 'become/tty-required'],
  ])('says clearly that %s', async (_title, user, password, code) => {
    expect(await failure(output(await as(user), sh`id`, root(password)))).toMatchObject({ code });
  });

  test('says clearly that a user is missing', async () => {
    const debian = await as('debian');
    expect(await failure(output(debian, sh`id`, { ...root(), user: 'ghost' }))).toMatchObject({
      code: 'become/unknown-user',
    });
  });

  test('shows no secret in any process or environment while it runs', async () => {
    const canary = 'canary-4711-wzq';
    const [trainee, watcher] = [await as('trainee'), await as('root')];
    const running = output(trainee, sh`: ${new Secret(canary)}; sleep 2; echo ok`, root('lab'));
    const seen = sh`for i in 1 2 3 4 5 6 7 8 9 10; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'; sleep 0.1; done`;
    const processes = await output(watcher, seen);
    expect(processes).toContain('-A');
    expect(processes).not.toContain(canary);
    expect(await running).toBe('ok\n');
  });
});

describe('sshd of a real host', () => {
  test('ends what a script runs when its time is over', async () => {
    const [debian, watcher] = [await as('debian'), await as('root')];
    let pid = '';
    const onOutput = (chunk: Buffer) => {
      pid += chunk;
    };
    const error = await failure(debian.exec({ script: sh`echo $; sleep 60`, timeoutMs: 500, onOutput }));
    expect(error).toMatchObject({ code: 'ssh/command-timeout' });
    const gone = sh`for try in 1 2 3 4 5 6 7 8 9 10; do [ -e /proc/${pid.trim()} ] || { echo gone; break; }; sleep 0.1; done`;
    expect(await output(watcher, gone)).toBe('gone\n');
  });

  test('that allows two sessions at once serves twenty scripts', async () => {
    const allow = (line: string) =>
      sh`printf '%s\\n' ${line} >/etc/ssh/sshd_config.d/test.conf; systemctl reload ssh; ${listening}`;
    await labExec(lab, 'web', allow('MaxSessions 2'));
    const connection = await as('debian');
    const scripts = Array.from({ length: 20 }, (_, n) => output(connection, sh`sleep 0.1; echo ${n}`));
    expect(await Promise.all(scripts)).toEqual(Array.from({ length: 20 }, (_, n) => `${n}\n`));
    await labExec(lab, 'web', allow(''));
  });

  test('that drops most of many newcomers (MaxStartups) lets all of them in after a while', async () => {
    await labExec(
      lab,
      'web',
      sh`echo 'MaxStartups 4:50:8' >/etc/ssh/sshd_config.d/test.conf; systemctl reload ssh; ${listening}`,
    );
    const connections = await Promise.all(Array.from({ length: 12 }, () => as('debian')));
    expect(new Set(await Promise.all(connections.map((one) => output(one, sh`echo ok`))))).toEqual(
      new Set(['ok\n']),
    );
    await labExec(lab, 'web', sh`rm /etc/ssh/sshd_config.d/test.conf; systemctl reload ssh; ${listening}`);
  });

  test('is reached through another host', async () => {
    const gate = lab.hosts.find(({ name }) => name === 'gate')?.address;
    const config = `-o ProxyCommand="ssh -W %h:%p -i ${lab.privateKey} debian@${gate}"`;
    expect(await output(await as('debian', config), sh`echo $SSH_CLIENT`)).toContain(`${gate} `);
  });

  test('that restarts under a connection keeps it', async () => {
    const debian = await as('debian');
    await output(debian, sh`systemctl restart ssh`, root());
    expect(await output(debian, sh`echo still here`)).toBe('still here\n');
  });

  test('that kills the connection makes it lost', async () => {
    const debian = await as('debian');
    const running = failure(output(debian, sh`sleep 60`));
    await labExec(
      lab,
      'web',
      sh`sleep 0.5; for pid in $(grep -lE 'sshd(-session)?: debian@notty' /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3); do kill -9 "$pid"; done`,
    );
    expect(await running).toMatchObject({ code: 'ssh/lost' });
    expect(await debian.lost).toMatchObject({ code: 'ssh/lost' });
  });
});
