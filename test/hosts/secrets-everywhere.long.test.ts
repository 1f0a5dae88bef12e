/** S1, S2, S3: one canary secret for a run of the program; then every byte that was written or shown anywhere is searched for it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodedForms } from '../../src/base/encodings.ts';
import { feed, type Script, sh } from '../../src/base/shell.ts';
import { type CliResult, gatdeploy } from '../support/cli.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';

const CANARY = `cAnary 'q" $x &<é>/+%\\ ${Math.random().toString(36).slice(2)}`;
const SUDO = `sUdo-canary-${Math.random().toString(36).slice(2)}`;
const FORMS = [CANARY, SUDO].flatMap((secret) => [...encodedForms(secret), Buffer.from(secret).toString('hex')]);
const PLACE = '/srv/secret.conf';
const SAMPLES = '/run/gd-samples';

let host: LabHostUnderTest;
let project = '';
let sampled = '';
let sampler: NodeJS.Timeout;

const PLAYBOOK = `- hosts: all
  become: true
  tasks:
    - copy: {dest: ${PLACE}, content: "password={{ vault_canary }}\\n", mode: '0600'}
    - shell: cat >/dev/null
      args: {stdin: "{{ vault_canary }}"}
    - shell: printf '%s\\n' "$CANARY" | base64; printf '%s\\n' "$CANARY" >&2; exit 3
      environment: {CANARY: "{{ vault_canary }}"}
      ignore_errors: true
    - shell: sleep 1; echo {{ vault_canary | quote }}; kill -SEGV $$
      ignore_errors: true
    - user: {name: gdsecret, password: "{{ vault_canary | password_hash('sha512', 'salt') }}"}
    - lineinfile: {path: ${PLACE}, line: "again={{ vault_canary }}"}
    - copy: {dest: ${PLACE}.bad, content: "{{ vault_canary }}", validate: /bin/grep -v nothing %s --no-such-option}
`;

/** Notes again and again what all processes of the host are called with; that of the steps with an environment of their own may show it. */
const watch = sh`setsid sh -c 'while test ! -e "$1.end"; do for one in /proc/[0-9]*; do tr "\\0" "\\n" <"$one/cmdline"; done; sleep 0.4; done >"$1" 2>/dev/null; touch "$1.ended"' sh ${SAMPLES} >/dev/null 2>&1 </dev/null &`;

/** A round over the processes of a busy host takes seconds: one that is under way would note the search's own words. */
const endSamples = sh`touch ${`${SAMPLES}.end`}; timeout 60 sh -c 'until test -e "$1.ended"; do sleep 0.1; done' sh ${SAMPLES}`;

beforeAll(async () => {
  host = await openLabHost('secrets-everywhere');
  project = mkdtempSync(join(tmpdir(), 'gatdeploy-secrets-'));
  await host.run(sh`rm -rf /var/lib/gatdeploy /core* ${[PLACE, SAMPLES, `${SAMPLES}.end`, `${SAMPLES}.ended`]}
userdel gdsecret 2>/dev/null; useradd -m -s /bin/bash gdlogin
cp -r /home/debian/.ssh /home/gdlogin/; chown -R gdlogin: /home/gdlogin/.ssh
echo 'gdlogin ALL=(ALL) ALL' >/etc/sudoers.d/gdlogin
printf '%s\n' '* soft core unlimited' 'root soft core unlimited' >/etc/security/limits.d/gd.conf
${feed(`gdlogin:${SUDO}\n`, sh`chpasswd`)}
${watch}`);
  mkdirSync(join(project, 'group_vars'));
  writeFileSync(join(project, 'site.yml'), PLAYBOOK);
  writeFileSync(join(project, 'ansible.cfg'), '[defaults]\nvault_password_file = .password\n');
  writeFileSync(join(project, '.password'), 'the password of the vault\n');
  const plain = JSON.stringify({ vault_canary: CANARY, ansible_become_password: SUDO });
  writeFileSync(join(project, 'plain.json'), plain);
  await gatdeploy(['vault', 'encrypt', 'plain.json', '--output', 'group_vars/all.yml'], { cwd: project });
  rmSync(join(project, 'plain.json'));
  const { address, knownHosts, privateKey } = host.reach;
  const known = `-o UserKnownHostsFile=${knownHosts} -o StrictHostKeyChecking=yes`;
  writeFileSync(
    join(project, 'hosts'),
    `target ansible_host=${address} ansible_user=gdlogin ansible_ssh_private_key_file=${privateKey} ansible_ssh_common_args='${known}'\n`,
  );
  sampler = setInterval(() => {
    sampled += processesHere();
  }, 400);
});
afterAll(async () => {
  clearInterval(sampler);
  await host.run(sh`${endSamples}; userdel -rf gdlogin 2>/dev/null; userdel gdsecret 2>/dev/null
rm -rf /var/lib/gatdeploy /core* ${[PLACE, SAMPLES, `${SAMPLES}.end`, `${SAMPLES}.ended`]} /etc/security/limits.d/gd.conf /etc/sudoers.d/gdlogin`);
  rmSync(project, { recursive: true, force: true });
  await host.end();
});

/** What the processes of this machine that belong to the run were called with, and what their environments hold. */
function processesHere(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((id) => {
      try {
        const command = readFileSync(`/proc/${id}/cmdline`, 'latin1');
        return command.includes('gatdeploy') ? command + readFileSync(`/proc/${id}/environ`, 'latin1') : '';
      } catch {
        return '';
      }
    })
    .join('\n');
}

const found = (text: string): readonly string[] => FORMS.filter((form) => text.includes(form));
const shown = ({ stdout, stderr }: CliResult): readonly string[] => found(stdout + stderr);

/** Each file below a folder that holds a secret in any form. */
function filesWith(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => found(readFileSync(path, 'utf8')).length > 0);
}

/** Files of the host, those in memory too, that hold a secret in any form; the search itself shows it, so the samples end before. */
const search: Script = sh`cd /; ${endSamples}; find / /run /tmp /dev/shm -xdev -type f -size -20000k ! -path '/proc/*' ! -path '/sys/*' ! -path '/run/host/*' -print0 2>/dev/null |
LC_ALL=C xargs -0 grep -lF ${FORMS.flatMap((form) => ['-e', form])} -- 2>/dev/null | sort -u`;

test('a secret is in no process, environment, file, log or output of either side but where it belongs', async () => {
  const env = { HOME: project, XDG_STATE_HOME: join(project, '.state'), TMPDIR: project };
  const reports = ['--report', 'run.html', '--junit', 'run.xml'];
  const inventory = ['-i', 'hosts', '--no-lint'];
  const runs = [
    await gatdeploy(['plan', 'site', ...inventory, '--diff', '--out', 'site.plan', '--markdown', 'plan.md'], {
      cwd: project,
      env,
    }),
    await gatdeploy(['apply', 'site', ...inventory, ...reports], { cwd: project, env }),
    await gatdeploy(['apply', 'site', ...inventory, '--json'], { cwd: project, env }),
    await gatdeploy(['drift', 'site', ...inventory, '--json'], { cwd: project, env }),
    await gatdeploy(['history', 'site', ...inventory], { cwd: project, env }),
    await gatdeploy(['why', `file[${PLACE}]`, 'site', ...inventory], { cwd: project, env }),
    await gatdeploy(['vars', 'target', ...inventory], { cwd: project, env }),
  ];
  expect(await host.run(sh`grep -c . ${PLACE}`), runs.map(({ stderr }) => stderr.slice(-700)).join('---')).toBe(
    '2\n',
  );
  for (const run of runs) expect(shown(run)).toEqual([]);
  expect(filesWith(project)).toEqual([]);
  expect(sampled.length).toBeGreaterThan(1000);
  expect(found(sampled)).toEqual([]);
  expect(await host.run(sh`grep -c 'sh.-s\\|sh$' ${SAMPLES}`)).not.toBe('0\n');
  // A rollback needs what was there before.
  const kept = /^\/var\/lib\/gatdeploy\/previous\/[0-9a-f]+\/files\/srv\/secret\.conf$/;
  const places = (await host.run(search)).trim().split('\n');
  expect(places.filter((path) => !kept.test(path))).toEqual([PLACE]);
  expect(await host.run(sh`stat -c %a ${PLACE}`)).toBe('600\n');
  expect(
    await host.run(
      sh`journalctl -q -o cat --no-pager | LC_ALL=C grep -cF ${FORMS.flatMap((form) => ['-e', form])}`,
    ),
  ).toBe('0\n');
});

test('a step that crashes leaves no core dump with what it held', async () => {
  expect(
    await host.run(
      sh`find / -xdev -name 'core*' -type f -size +100k -newer /etc/security/limits.d/gd.conf 2>/dev/null`,
    ),
  ).toBe('');
});
