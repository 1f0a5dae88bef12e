import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { connectAll } from '../../src/session/connect.ts';
import { findDrift, renderDrift } from '../../src/session/drift.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';
import { CANARY, cleanUp, ROOT, smallStack, UNIT } from '../support/faults/stack.ts';
import { changesOf, runOn, targetOf } from '../support/faults/world.ts';

let host: LabHostUnderTest;
beforeAll(async () => {
  host = await openLabHost('faults-report');
});
beforeEach(async () => {
  await host.run(cleanUp);
});
afterAll(async () => {
  await host.run(cleanUp);
  await host.end();
});

async function drift() {
  const { plan } = await runOn(host.reach, smallStack(), { planOnly: true });
  const links = await connectAll([targetOf(host.reach)], { emit: () => undefined, clock: () => 0 });
  try {
    return await findDrift(plan, links.links);
  } finally {
    await links.close();
  }
}

test('drift names what somebody changed by hand, when, and who applied it before', async () => {
  await runOn(host.reach, smallStack(), { who: 'anna@desk, gatdeploy apply small' });
  expect(await drift()).toEqual([]);
  await host.run(sh`sleep 1.1; echo by hand >>${`${ROOT}/conf/app.conf`}`);
  const [conf, ...others] = await drift();
  expect(conf).toMatchObject({
    resource: `file[${ROOT}/conf/app.conf]`,
    what: 'content',
    applied: { by: 'anna@desk, gatdeploy apply small' },
    byOthers: true,
  });
  // The process has never loaded the edit, so it owes nothing once the file is put back.
  expect(others).toEqual([]);
  expect(conf && renderDrift(conf)).toMatch(/changed \d{4}-.*, not by gatdeploy\n {4}applied .* by anna@desk/);
  await host.run(sh`systemctl restart ${UNIT}`);
  const [, service] = await drift();
  expect(service).toMatchObject({ resource: `service[${UNIT}]`, status: 'update', what: 'loaded' });
  expect(service).not.toHaveProperty('since');
});

test('the journal on the host tells each change and holds no secret', async () => {
  await runOn(host.reach, smallStack());
  const journal = await host.run(sh`cat /var/lib/gatdeploy/journal; stat -c %a /var/lib/gatdeploy/journal`);
  expect(journal).toContain(`\tdone\tfile[${ROOT}/conf/app.conf]\tcreate\n`);
  expect(journal).toMatch(/600\n$/);
  expect(journal).not.toContain(CANARY);
});

test('a host that is as it should be shows no change to somebody who has never seen it', async () => {
  await runOn(host.reach, smallStack());
  await host.run(sh`rm -rf /var/lib/gatdeploy; sleep 1; systemctl restart ${UNIT}`);
  const { plan } = await runOn(host.reach, smallStack(), { planOnly: true });
  expect(changesOf(plan)).toEqual([]);
});

test('reading a host writes nothing there', async () => {
  await runOn(host.reach, smallStack());
  const state = sh`find /etc /srv /var/lib /root /home -xdev -printf '%p %s %m %U %T@ %C@\\n' | grep -v -e /var/lib/systemd -e /var/lib/private | sha256sum`;
  const before = await host.run(state);
  await runOn(host.reach, smallStack('two'), { planOnly: true });
  expect(await host.run(state)).toBe(before);
});
