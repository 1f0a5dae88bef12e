/** F42: a mount whose file system no longer answers, as of a CVMFS client or file server that hangs: not even SIGKILL ends a stat(1) below it. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { command, directory, file } from '../../src/resources/index.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';
import { cleanUp, ROOT } from '../support/faults/stack.ts';
import { runOn } from '../support/faults/world.ts';

const MOUNT = '/srv/wedged';
const MOUNTER = readFileSync(new URL('../support/faults/wedged-mount.pl', import.meta.url), 'utf8');
const wedge: Script = sh`test -e /dev/fuse || mknod /dev/fuse c 10 229
printf %s ${MOUNTER} >/root/wedged-mount.pl
setsid perl /root/wedged-mount.pl ${MOUNT} >/dev/null 2>&1 </dev/null &
echo $! >/run/wedged.pid
for try in 1 2 3 4 5 6 7 8 9 10; do grep -q ${MOUNT} /proc/mounts && exit; sleep 0.2; done; echo 'it is not mounted'`;
/** Whoever waits below the mount wakes when the device is closed. */
const release: Script = sh`kill "$(cat /run/wedged.pid)" && sleep 0.5; umount -l ${MOUNT}; rm -rf ${MOUNT} /run/wedged.pid /root/wedged-mount.pl; true`;

let host: LabHostUnderTest;
beforeAll(async () => {
  host = await openLabHost('faults-wedged');
  await host.run(cleanUp);
  expect(await host.run(wedge)).toBe('');
});
afterAll(async () => {
  await host.run(release);
  await host.run(cleanUp);
  await host.end();
});

test('reading a host says what gave no answer, and goes on with the rest', async () => {
  const resources = [
    file(`${MOUNT}/a`, { content: 'a' }),
    command('free', { run: sh`true`, creates: '/etc/passwd' }),
  ];
  const startedAt = performance.now();
  const { plan } = await runOn(host.reach, resources, { planOnly: true });
  expect(performance.now() - startedAt).toBeLessThan(60_000);
  expect(plan.entries.map(({ key, status }) => [key.split('/').slice(1).join('/'), status])).toEqual([
    [`file[${MOUNT}/a]`, 'unknown'],
    ['command[free]', 'same'],
  ]);
  expect(plan.entries[0]).toMatchObject({ reason: expect.stringContaining('no answer') });
});

test('a step that waits below it is given up at its limit, and what does not depend on it is done', async () => {
  const stuck = command('stuck', { run: sh`stat ${`${MOUNT}/b`}`, limitSeconds: 3 });
  const later = command('later', { run: sh`true`, after: [stuck] });
  const beside = [directory(ROOT, {}), file(`${ROOT}/beside`, { content: 'x' })];
  const startedAt = performance.now();
  const { outcome, statuses } = await runOn(host.reach, [stuck, later, ...beside]);
  expect(performance.now() - startedAt).toBeLessThan(60_000);
  expect(statuses).toMatchObject({
    'command[stuck]': 'failed',
    'command[later]': 'blocked',
    [`file[${ROOT}/beside]`]: 'changed',
  });
  const failed = [...(outcome?.results.values() ?? [])].find(({ resource }) => resource === 'command[stuck]');
  expect(failed?.error).toMatchObject({
    code: 'apply/time-limit',
    why: expect.stringContaining('was running: stat'),
  });
});

test('the next run is held up by nothing that the one before has left below it', async () => {
  const { statuses } = await runOn(host.reach, [file(`${ROOT}/again`, { content: 'x' })]);
  expect(statuses).toEqual({ [`file[${ROOT}/again]`]: 'changed' });
});
