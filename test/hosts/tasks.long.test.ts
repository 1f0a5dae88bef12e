import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { gatdeploy, type JsonLine, records } from '../support/cli.ts';

const NAME = 'tasks-long';
const PROJECT = new URL('../fixtures/tasks-long', import.meta.url).pathname;

/** A path of ansible-playbook (with ansible.posix and community.general), for the second half. */
const ANSIBLE = process.env.GATDEPLOY_ANSIBLE_PLAYBOOK;

let lab: Lab;
let folder = '';

beforeAll(async () => {
  lab = await labUp({ name: NAME, hosts: ['galaxy'] });
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-tasks-long-'));
  cpSync(PROJECT, folder, { recursive: true });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await labDown(NAME);
});

const apply = () => gatdeploy(['apply', 'site', '-i', lab.inventory, '--json'], { cwd: folder });
const said = async (script: ReturnType<typeof sh>) => (await labExec(lab, 'galaxy', script)).stdout.trim();
const ended = (lines: readonly JsonLine[], status: string) =>
  lines.filter((one) => one.type === 'done' && one.status === status).map(({ resource }) => resource);

describe('a playbook over all families of modules, with roles as others write them', () => {
  test('brings a bare host to what it describes', async () => {
    const result = await apply();
    expect(result.code, result.stdout.slice(-4000) + result.stderr).toBe(0);
    expect(await said(sh`cd /srv/long; cat text told release home rescued extra decoded number handled`)).toBe(
      [
        'GALAXY.LAB.TEST of a file',
        'True long one',
        'Debian-12',
        '/srv/home',
        ' 1',
        'extra vars l1',
        'GALAXY.LAB.TEST of a file',
        '2 /srv/long/tree/deep/two.txt /srv/long/tree/one.txt',
        'changed',
      ].join('\n'),
    );
    expect(await said(sh`cd /srv/long; cat one/app.conf two/lines letters; ls letter-*; cat ini lines`)).toBe(
      [
        ...['one from vars needed', '- l1', 'x of app', 'y of app', 'a', 'b', 'c'],
        ...['letter-a', 'letter-b', 'letter-c', '', '[one]', 'a = 1', 'b = 2', '[two]', 'a = 3'],
        ...['first=1', 'port=8099', '# BEGIN block', 'a=1', 'b=2', '# END block'],
      ].join('\n'),
    );
    expect(
      await said(sh`id -nG long; stat -c '%U %a' /srv/long /srv/long/tree /srv/long/tree/one.txt /srv/long/host
systemctl is-active long; systemctl is-enabled long; mountpoint -q /srv/scratch && echo mounted`),
    ).toBe('long adm games\nroot 755\nlong 750\nlong 640\nlong 600\nactive\nenabled\nmounted');
  });

  test('finds nothing to change the second time', async () => {
    const result = await apply();
    expect(result.code, result.stdout.slice(-4000) + result.stderr).toBe(0);
    expect(ended(records(result), 'changed')).toEqual([]);
  });

  test('restarts the service, and nothing else, for an environment that was edited by hand', async () => {
    await said(sh`echo MOTTO=other >/srv/long/text.env; systemctl restart long`);
    expect(ended(records(await apply()), 'changed')).toEqual([
      'file[/srv/long/text.env]',
      'service[long.service]',
    ]);
  });
});

describe.runIf(ANSIBLE)('ansible-playbook ($GATDEPLOY_ANSIBLE_PLAYBOOK) with the same playbook', () => {
  test('finds nothing to change where gatdeploy has been', async () => {
    await said(sh`apt-get install -qq -y python3 python3-apt`);
    const { stdout } = await promisify(execFile)(ANSIBLE ?? '', ['-i', lab.inventory, 'site.yml'], {
      cwd: folder,
    });
    expect(stdout).toMatch(/ changed=0 .* failed=0 /);
  });
});
