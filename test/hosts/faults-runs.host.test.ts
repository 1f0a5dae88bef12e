import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GatError } from '../../src/base/errors.ts';
import { sh } from '../../src/base/shell.ts';
import { command, file, service } from '../../src/resources/index.ts';
import type { Behaviour } from '../support/faults/behaviour.ts';
import { slowStack } from '../support/faults/behaviour.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';
import { buildController, type Controller, startController } from '../support/faults/process.ts';
import { cleanUp, ROOT, smallStack, UNIT } from '../support/faults/stack.ts';
import { runOn } from '../support/faults/world.ts';

let host: LabHostUnderTest;
let built = '';
const started: Controller[] = [];

beforeAll(async () => {
  host = await openLabHost('faults-runs');
  built = await buildController();
});
beforeEach(async () => {
  await host.run(cleanUp);
});
afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  rmSync(built, { recursive: true, force: true });
  await host.end();
});

function start(behaviour: Partial<Behaviour>): Controller {
  const controller = startController(built, { reach: host.reach, stack: 'slow', ...behaviour });
  started.push(controller);
  return controller;
}

const startOf = (resource: string) => (line: { type: string; resource?: unknown }) =>
  line.type === 'started' && line.resource === resource;
const failure = (promise: Promise<unknown>): Promise<GatError> =>
  promise.then(String, (error) => error) as Promise<GatError>;
const log = () => host.run(sh`cat ${`${ROOT}/log`}`);
/** Makes the last sign of life of a lease's holder an old one. */
const silent = sh`echo "-1000 $(cat /proc/sys/kernel/random/boot_id)" >/var/lib/gatdeploy/beat`;
const EACH_ONCE = 'begin first\nend first\nbegin second\nend second\nbegin third\nend third\n';

describe('a controller that is gone', () => {
  test('leaves a step running: the next run waits for it and does not do it again', async () => {
    const controller = start({});
    await controller.until(startOf('command[first]'));
    controller.child.kill('SIGKILL');
    const { statuses, events } = await runOn(host.reach, slowStack());
    expect(await log()).toBe(EACH_ONCE);
    expect(statuses['command[first]']).toBe('unchanged');
    const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.text] : []));
    expect(warnings.join('\n')).toContain('left running here: command[first]');
  });

  test('on another machine keeps its lease until that expires', async () => {
    const controller = start({});
    await controller.until(startOf('command[third]'));
    controller.child.kill('SIGKILL');
    await host.run(sh`while test ! -e ${`${ROOT}/third`}; do sleep 0.2; done
sed -i '4s/.*/0123456789abcdef 4711 1/' /var/lib/gatdeploy/lock`);
    await host.run(sh`rm ${`${ROOT}/third`}`);
    expect(await failure(runOn(host.reach, slowStack()))).toMatchObject({ code: 'lock/busy' });
    await host.run(silent);
    const { statuses } = await runOn(host.reach, slowStack());
    expect(statuses['command[third]']).toBe('changed');
  });
});

describe('two runs at once', () => {
  test('are told apart: the second is refused, and names the first', async () => {
    const controller = start({});
    await controller.until(startOf('command[first]'));
    expect(await failure(runOn(host.reach, slowStack()))).toMatchObject({
      code: 'lock/busy',
      why: expect.stringContaining('a controller of a test'),
    });
    expect(await controller.ended).toMatchObject({ code: 0 });
    expect(await log()).toBe(EACH_ONCE);
  });

  test('are told apart also when the clock of the host jumps, by a day or by years', async () => {
    const controller = start({});
    await controller.until(startOf('command[first]'));
    for (const jump of ['2035-01-01', '1999-01-01']) {
      await host.run(sh`touch -d ${jump} /var/lib/gatdeploy/lock /var/lib/gatdeploy/beat`);
      expect(await failure(runOn(host.reach, slowStack()))).toMatchObject({ code: 'lock/busy' });
    }
    expect(await controller.ended).toMatchObject({ code: 0 });
    expect(await log()).toBe(EACH_ONCE);
  });

  test('come one after the other when the second may wait, and it sees what the first has done', async () => {
    const controllers = [start({ lockWaitMs: 60_000 }), start({ lockWaitMs: 60_000 })];
    const ends = await Promise.all(controllers.map(({ ended }) => ended));
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect(await log()).toBe(EACH_ONCE);
  });

  test('a holder that was paused and replaced changes nothing any more when it wakes', async () => {
    const controller = start({});
    await controller.until(startOf('command[first]'));
    controller.child.kill('SIGSTOP');
    await host.run(sh`while test ! -e ${`${ROOT}/first`}; do sleep 0.2; done; sleep 1
${silent}`);
    const { statuses } = await runOn(host.reach, slowStack());
    expect(statuses['command[third]']).toBe('changed');
    await host.run(sh`rm ${[`${ROOT}/second`, `${ROOT}/third`]}`);
    controller.child.kill('SIGCONT');
    expect(await controller.ended).toMatchObject({ code: 4 });
    expect(await log()).toBe(EACH_ONCE);
    expect(JSON.stringify(controller.lines)).toContain('lock/lost');
    expect((await runOn(host.reach, slowStack())).statuses['command[third]']).toBe('changed');
  });
});

describe('a run that is interrupted', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)('once by %s finishes the step that runs and starts no other', async (signal, code) => {
    const controller = start({});
    await controller.until(startOf('command[first]'));
    controller.child.kill(signal);
    expect(await controller.ended).toMatchObject({ code });
    expect(await log()).toBe('begin first\nend first\n');
    expect(await host.run(sh`ls /var/lib/gatdeploy | grep -e lock -e runs || true`)).toBe('');
    await runOn(host.reach, slowStack());
    expect(await log()).toBe(EACH_ONCE);
  });

  test('twice leaves at once, and the next run goes on', async () => {
    const controller = start({});
    await controller.until(startOf('command[first]'));
    controller.child.kill('SIGINT');
    await controller.until((line) => line.type === 'warning');
    controller.child.kill('SIGINT');
    expect(await controller.ended).toMatchObject({ code: 130 });
    const ends = controller.lines.flatMap((line) => (line.type === 'done' ? [line.status] : []));
    expect(ends).toEqual(['left', 'skipped', 'skipped']);
    const { statuses } = await runOn(host.reach, slowStack());
    expect(await log()).toBe(EACH_ONCE);
    expect(statuses['command[first]']).toBe('unchanged');
  });

  test('by a closed output goes on to its end', async () => {
    const controller = start({});
    await controller.until(startOf('command[first]'));
    controller.child.stdout?.destroy();
    expect(await controller.ended).toMatchObject({ code: 0 });
    expect(await log()).toBe(EACH_ONCE);
  });
});

describe('a step that hangs', () => {
  test('is ended on the host with all that it runs, and it is told what that was', async () => {
    const hung = command('hung', { run: sh`echo waiting for godot; sleep 4711 & sleep 4712`, limitSeconds: 2 });
    const { outcome } = await runOn(host.reach, [hung, command('beside', { run: sh`true` })]);
    const results = [...(outcome?.results.values() ?? [])];
    const failed = results.find(({ resource }) => resource === 'command[hung]');
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'apply/time-limit' } });
    expect(failed?.error?.why).toMatch(/waiting for godot[\s\S]*was running: sleep 471/);
    expect(results.find(({ resource }) => resource === 'command[beside]')?.status).toBe('changed');
    expect(await host.run(sh`grep -l 'sleep.471' /proc/[0-9]*/cmdline 2>/dev/null || true`)).toBe('');
  });

  test('that leaves something in the background is over when it is over', async () => {
    const startedAt = performance.now();
    const { statuses } = await runOn(host.reach, [command('leaver', { run: sh`sleep 60 & echo left` })]);
    expect(statuses['command[leaver]']).toBe('changed');
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  test('while it is read makes what is read unknown, with the reason', async () => {
    const reading = command('guarded', { run: sh`true`, unless: sh`sleep 4713` });
    const { plan } = await runOn(host.reach, [reading], { planOnly: true });
    expect(plan.entries[0]).toMatchObject({ status: 'unknown', reason: expect.stringContaining('no answer') });
    expect(await host.run(sh`grep -l 'sleep.4713' /proc/[0-9]*/cmdline 2>/dev/null || true`)).toBe('');
  });
});

describe('a restart that is owed', () => {
  const due = async (version: string) => {
    const { plan } = await runOn(host.reach, smallStack(version), { planOnly: true });
    const entry = plan.entries.find(({ node }) => node.resource.id === `service[${UNIT}]`);
    return entry?.status === 'update' ? entry.differences.map(({ key, before }) => `${key}: ${before}`) : [];
  };
  const loaded = sh`head -n 1 /run/gd-faults.loaded`;

  test('survives a kill between the new configuration and the restart, and the plan says why', async () => {
    await runOn(host.reach, smallStack('one'));
    const controller = start({ stack: 'two', killAt: -1 });
    await controller.until((line) => line.type === 'done' && line.resource === `file[${ROOT}/conf/app.conf]`);
    controller.child.kill('SIGKILL');
    await controller.ended;
    await host.run(sh`systemctl is-active ${UNIT}`);
    const isPaid = (await host.run(loaded)) === 'version two\n';
    expect(await due('two')).toEqual(isPaid ? [] : [`loaded: before ${ROOT}/conf/app.conf changed`]);
    await runOn(host.reach, smallStack('two'));
    expect(await host.run(loaded)).toBe('version two\n');
    expect(await due('two')).toEqual([]);
  });

  test('after an edit by hand is paid by a restart by hand', async () => {
    const [conf, unit] = [`${ROOT}/conf/app.conf`, UNIT];
    await runOn(host.reach, smallStack('one'));
    const next = await runOn(
      host.reach,
      smallStack('two').filter(({ id }) => !id.startsWith('service') && !id.includes('after')),
    );
    expect(next.statuses[`file[${conf}]`]).toBe('changed');
    expect(await due('two')).toEqual([`loaded: before ${conf} changed`]);
    await host.run(sh`sleep 1; systemctl restart ${unit}`);
    expect(await due('two')).toEqual([]);
  });
});

describe('a service', () => {
  const unitFile = (start: string) =>
    file(`/etc/systemd/system/${UNIT}`, {
      content: `[Service]\nExecStart=${start}\n[Install]\nWantedBy=multi-user.target\n`,
    });
  const failing = async (...resources: Parameters<typeof runOn>[1]) => {
    const { outcome } = await runOn(host.reach, resources);
    return [...(outcome?.results.values() ?? [])].find(({ status }) => status === 'failed')?.error;
  };

  test('that is masked is a clear error', async () => {
    await host.run(sh`systemctl mask -q ${UNIT}; systemctl daemon-reload`);
    const error = await failing(service(UNIT, {}));
    await host.run(sh`systemctl unmask -q ${UNIT}`);
    expect(error?.why).toContain('is masked');
    expect(error?.why).toContain('systemctl unmask');
  });

  test('that dies soon after its start is not taken for started', async () => {
    const unit = unitFile(`/bin/sh -c 'sleep 1; echo no such queue; exit 3'`);
    const error = await failing(unit, service(UNIT, { loads: [unit] }));
    expect(error?.why).toMatch(/no such queue/);
  });
});
