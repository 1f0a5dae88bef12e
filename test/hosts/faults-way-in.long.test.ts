import { afterAll, beforeAll, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { aptPackage, file, type Resource, service } from '../../src/resources/index.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';
import { runOn } from '../support/faults/world.ts';

let host: LabHostUnderTest;
const RULES = '/etc/sudoers.d/zz-gd';
const SSHD = '/etc/ssh/sshd_config.d/00-gd.conf';
const UNIT = '/etc/systemd/system/gd-check.service';
const reset = sh`systemctl stop gatdeploy-undo.timer 2>/dev/null
rm -rf /var/lib/gatdeploy /etc/gd-after ${[RULES, SSHD, UNIT]}; systemctl reload ssh; systemctl daemon-reload`;

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
const after = (conf: Resource): Resource => file('/etc/gd-after', { content: 'x\n', after: [conf] });
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

test('a change of sshd that restarts it under the run goes well', async () => {
  const conf = file(SSHD, { content: 'LoginGraceTime 50\n' });
  const pid = sh`systemctl show -p MainPID --value ssh`;
  const before = await host.run(pid);
  expect(await errorOf([conf, service('ssh.service', { loads: [conf] }), after(conf)])).toBeUndefined();
  expect(await host.run(pid)).not.toBe(before);
  expect(await errorOf([file(SSHD, { content: 'LoginGraceTime 60\n' })])).toBeUndefined();
});

test('a firewall that lets us in no more is undone by the host', async () => {
  const rules = 'table inet gd { chain input { type filter hook input priority 0; tcp dport 22 drop; }; }\n';
  const nftables = aptPackage('nftables', {});
  const conf = file('/etc/nftables.conf', {
    content: `#!/usr/sbin/nft -f\nflush ruleset\n${rules}`,
    after: [nftables],
  });
  for (const damage of [sh`true`, sh`systemctl stop nftables; rm /etc/nftables.conf`]) {
    await host.run(damage);
    const error = await errorOf([nftables, conf, service('nftables.service', { loads: [conf] })]);
    expect(error).toMatchObject({ code: 'apply/way-in-lost', fix: expect.stringContaining('in place again') });
    expect(await host.run(sh`nft list ruleset | grep dport; ls /etc/nftables.conf 2>/dev/null | wc -l`)).toMatch(
      /^[01]\n$/,
    );
  }
});

test('an sshd that lets us in no more is undone by the host', async () => {
  const conf = file(SSHD, { content: 'AllowUsers nobody-at-all\n' });
  const error = await errorOf([conf, service('ssh.service', { loads: [conf] })]);
  expect(error).toMatchObject({ code: 'apply/way-in-lost' });
  expect(await host.run(sh`cat ${SSHD}`)).toBe('LoginGraceTime 60\n');
});
