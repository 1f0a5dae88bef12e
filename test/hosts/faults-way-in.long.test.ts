import { afterAll, beforeAll, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { file, type Resource, service } from '../../src/resources/index.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';
import { runOn } from '../support/faults/world.ts';

let host: LabHostUnderTest;
const RULES = '/etc/sudoers.d/zz-gd';
const SSHD = '/etc/ssh/sshd_config.d/00-gd.conf';
const UNIT = '/etc/systemd/system/gd-check.service';
const reset = sh`systemctl stop gatdeploy-undo.timer 2>/dev/null
rm -rf /var/lib/gatdeploy ${[RULES, SSHD, UNIT]}; systemctl reload ssh; systemctl daemon-reload`;

beforeAll(async () => {
  host = await openLabHost('faults-way-in');
  await host.run(reset);
});
afterAll(async () => {
  await host.run(reset);
  await host.end();
});

async function errorOf(resources: readonly Resource[]) {
  const { outcome } = await runOn(host.reach, resources);
  return [...(outcome?.results.values() ?? [])].find(({ status }) => status === 'failed')?.error;
}
const timers = sh`systemctl list-units --no-legend 'gatdeploy-undo*' | wc -l`;

test.each([
  [
    'rules of sudo',
    file(RULES, { content: 'debian ALL=(ALL NOPASSWD: ALL\n', mode: '0440' }),
    RULES,
    /syntax error/,
  ],
  ['settings of sshd', file(SSHD, { content: 'PermitRootLogin perhaps\n' }), SSHD, /bad|unsupported|argument/i],
  ['a unit', file(UNIT, { content: '[Service]\nExecStart=/bin/true\nthis is no line\n' }), UNIT, /Missing '='/],
])('broken %s never get into place', async (_title, resource, path, why) => {
  expect((await errorOf([resource]))?.why).toMatch(why);
  expect(await host.run(sh`test -e ${path} || echo none; ls /var/lib/gatdeploy | grep check || true`)).toBe(
    'none\n',
  );
});

test('good ones do, and a unit whose program comes later is good', async () => {
  const unit = file(UNIT, { content: '[Service]\nExecStart=/opt/later/bin/program\n' });
  const rules = file(RULES, { content: 'debian ALL=(ALL) NOPASSWD: ALL\n', mode: '0440' });
  expect(await errorOf([unit, rules, file(SSHD, { content: 'LoginGraceTime 60\n' })])).toBeUndefined();
  expect(await host.run(timers)).toBe('0\n');
});

test('rules that take our own rights away are undone by the host', async () => {
  const rules = file(RULES, { content: 'debian ALL=(ALL) !ALL\n', mode: '0440' });
  const before = await host.run(sh`cat ${RULES}`);
  expect(await errorOf([rules])).toMatchObject({ code: 'apply/way-in-lost' });
  expect(await host.run(sh`cat ${RULES}`)).toBe(before);
  expect(await host.run(timers)).toBe('0\n');
});

test('an sshd that lets us in no more is undone by the host', async () => {
  const conf = file(SSHD, { content: 'AllowUsers nobody-at-all\n' });
  const error = await errorOf([conf, service('ssh.service', { loads: [conf] })]);
  expect(error).toMatchObject({ code: 'apply/way-in-lost' });
  expect(await host.run(sh`cat ${SSHD}`)).toBe('LoginGraceTime 60\n');
});
