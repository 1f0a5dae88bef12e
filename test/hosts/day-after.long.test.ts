import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, type JsonLine, records } from '../support/cli.ts';

const NAME = 'day-after';
let lab: Lab;
let project = '';

const FULL = `- hosts: pulsarservers
  become: true
  tasks:
    - group: {name: gdgrp, system: true}
    - user: {name: gdusr, system: true, group: gdgrp, home: /srv/gdhome, create_home: true}
    - file: {path: /srv/gd, state: directory}
    - file: {path: /srv/gd/sub, state: directory, owner: gdusr, mode: '0750'}
    - copy: {dest: /srv/gd/sub/app.conf, content: "a=1\\n", owner: gdusr, mode: '0640'}
    - copy: {dest: /srv/gd/shared.conf, content: "x\\n"}
    - file: {path: /srv/gd/current, state: link, src: /srv/gd/sub}
    - copy:
        dest: /etc/systemd/system/gdsvc.service
        content: |
          [Service]
          ExecStart=/bin/sh -c 'cat /srv/gd/sub/app.conf; exec sleep infinity'
          [Install]
          WantedBy=multi-user.target
    - systemd: {name: gdsvc.service, state: started, enabled: true, daemon_reload: true}
`;
const LESS = `- hosts: pulsarservers
  become: true
  tasks:
    - copy: {dest: /srv/kept.conf, content: "kept\\n"}
`;
const OTHER = `- hosts: pulsarservers
  become: true
  tasks:
    - copy: {dest: /srv/gd/shared.conf, content: "x\\n"}
`;

beforeAll(async () => {
  lab = await labUp({ name: NAME, hosts: ['pulsar'] });
  project = mkdtempSync(join(tmpdir(), 'gatdeploy-day-after-'));
  writeFileSync(join(project, 'other.yml'), OTHER);
});
afterAll(async () => {
  rmSync(project, { recursive: true, force: true });
  await labDown(NAME);
});

const write = (playbook: string) => writeFileSync(join(project, 'site.yml'), playbook);
const run = (...args: readonly string[]): Promise<CliResult> =>
  gatdeploy([...args, '-i', lab.inventory, '--json'], { cwd: project });
const onHost = async (script: Script): Promise<string> => (await labExec(lab, 'pulsar', script)).stdout;

type Thing = { readonly resource: string; readonly data?: string };

/** What a plan shows as no longer declared, and what it would do. */
function told(result: CliResult): { undeclared: readonly Thing[]; actions: readonly string[] } {
  expect(result.code, result.stdout + result.stderr).toBe(0);
  const plan = records(result).find((one) => one.type === 'plan');
  const changes = (plan?.changes ?? []) as readonly JsonLine[];
  return {
    undeclared: (plan?.undeclared ?? []) as readonly Thing[],
    actions: changes.map((one) => `${one.action} ${one.resource}`),
  };
}

describe('a saved plan', () => {
  const file = () => join(project, 'change.plan');

  test('is applied as it was, or refused with what has moved', async () => {
    write(LESS);
    expect((await run('plan', 'site', '--out', file())).code).toBe(0);
    await onHost(sh`echo 'by hand' >/srv/kept.conf`);
    const refused = await run('apply', file());
    expect(refused.code).toBe(8);
    expect(refused.stdout).toContain('file[/srv/kept.conf]: planned create, now update');
    expect(await onHost(sh`cat /srv/kept.conf`)).toBe('by hand\n');
    expect((await run('plan', 'site', '--out', file())).code).toBe(0);
    writeFileSync(`${file()}.edited`, readFileSync(file(), 'utf8').replace('update', 'create'));
    expect((await run('apply', `${file()}.edited`)).code).toBe(8);
    expect((await run('apply', file())).code).toBe(0);
    expect(await onHost(sh`cat /srv/kept.conf`)).toBe('kept\n');
    expect((await run('apply', file())).code).toBe(8);
  });
});

describe('what is no longer declared', () => {
  test('is shown by every plan, stays without --prune, and goes with it, but for what holds data', async () => {
    write(FULL);
    await onHost(sh`mkdir -p /srv; echo 'here before' >/srv/before.conf`);
    expect((await run('apply', 'site')).code).toBe(0);
    expect((await run('apply', 'other')).code).toBe(0);
    await onHost(sh`echo 'a result' >/srv/gd/result; mkdir -p /srv/gdhome; echo mine >/srv/gdhome/thesis`);
    write(LESS);
    const shown = told(await run('apply', 'site'));
    expect(shown.actions).toEqual([]);
    const ids = shown.undeclared.map(({ resource }) => resource).sort();
    expect(ids).toEqual([
      'directory[/srv/gd/sub]',
      'directory[/srv/gd]',
      'file[/etc/systemd/system/gdsvc.service]',
      'file[/srv/gd/sub/app.conf]',
      'group[gdgrp]',
      'link[/srv/gd/current]',
      'service[gdsvc.service]',
      'user[gdusr]',
    ]);
    const data = Object.fromEntries(shown.undeclared.map(({ resource, data }) => [resource, data]));
    expect(data['user[gdusr]']).toContain('/srv/gdhome/thesis');
    expect(data['directory[/srv/gd]']).toMatch(/holds 2 other files/);
    expect(await onHost(sh`systemctl is-active gdsvc.service`)).toBe('active\n');

    expect((await run('apply', 'site', '--prune')).code).toBe(0);
    expect(
      await onHost(
        sh`systemctl is-active gdsvc.service; cd /srv; find gd gdhome/thesis before.conf kept.conf | sort`,
      ),
    ).toBe('inactive\nbefore.conf\ngd\ngd/result\ngd/shared.conf\ngdhome/thesis\nkept.conf\n');
    const left = told(await run('plan', 'site')).undeclared.map(({ resource }) => resource);
    expect(left.sort()).toEqual(['directory[/srv/gd]', 'group[gdgrp]', 'user[gdusr]']);
  });

  test('goes with its data when that is asked for, and another deployment keeps what it declares', async () => {
    await onHost(sh`rm /srv/gd/result`);
    const refused = await run('apply', 'site', '--prune-data', '-l', 'pulsar*');
    expect(refused.code).toBe(2);
    expect([...told(await run('apply', 'site', '--prune-data')).actions].sort()).toEqual([
      'remove directory[/srv/gd]',
      'remove group[gdgrp]',
      'remove user[gdusr]',
    ]);
    expect(await onHost(sh`id gdusr 2>&1; ls -d /srv/gdhome /srv/gd 2>/dev/null; cat /srv/before.conf`)).toMatch(
      /no such user\n(?:.*\n)?here before\n$/,
    );
    expect(told(await run('plan', 'site'))).toEqual({ undeclared: [], actions: [] });
  });
});

test('a host that somebody else has deployed is taken over without a restart', async () => {
  write(FULL);
  expect((await run('apply', 'site')).code).toBe(0);
  const invocation = sh`systemctl show -p InvocationID --value gdsvc.service`;
  const before = await onHost(invocation);
  await onHost(
    sh`rm -rf /var/lib/gatdeploy; sleep 1.1; touch /etc/systemd/system/gdsvc.service; systemctl daemon-reload`,
  );
  expect(told(await run('plan', 'site')).undeclared).toEqual([]);
  expect((await run('adopt', 'site', '--assume-loaded')).code).toBe(0);
  expect(told(await run('apply', 'site'))).toEqual({ undeclared: [], actions: [] });
  expect(await onHost(invocation)).toBe(before);
});
