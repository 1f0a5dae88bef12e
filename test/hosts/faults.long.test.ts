import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CuttingProxy, startCuttingProxy, type Way } from '../support/faults/cutting-proxy.ts';
import { buildController, startController } from '../support/faults/process.ts';
import { cleanUp, printState, smallStack } from '../support/faults/stack.ts';
import { changesOf, type Reach, runOn, throughProxy } from '../support/faults/world.ts';

/** A sweep takes as many runs as there are places for a fault. */
const SWEEP_MS = 1_800_000;

const NAME = process.env.GATDEPLOY_TEST_LAB ?? 'faults-test';
let lab: Lab;
let direct: Reach;
let reach: Reach;
let proxy: CuttingProxy;
let folder = '';
let built = '';
let clean = '';

const onHost = async (script: Script): Promise<string> => {
  const result = await labExec(lab, 'one', script);
  return result.stdout + result.stderr;
};

beforeAll(async () => {
  lab = await labUp({ name: NAME, hosts: ['one'] });
  const address = lab.hosts.find(({ name }) => name === 'one')?.address ?? '';
  direct = { name: 'one.lab.test', address, port: 22, privateKey: lab.privateKey, knownHosts: lab.knownHosts };
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-faults-'));
  proxy = await startCuttingProxy({ host: address, port: 22 });
  reach = throughProxy(direct, proxy.port, folder);
  built = await buildController();
  await onHost(cleanUp);
  await runOn(direct, smallStack());
  clean = await onHost(printState);
  expect(clean).toMatch(/leftovers:\n\/srv\/faults\/conf\/app\.conf\nprocesses 0\n$/);
});
beforeEach(async () => {
  proxy.cutAt('up', Number.POSITIVE_INFINITY);
  await onHost(cleanUp);
});
afterAll(async () => {
  await proxy?.close();
  for (const one of [folder, built]) rmSync(one, { recursive: true, force: true });
  if (process.env.GATDEPLOY_TEST_LAB === undefined) await labDown(NAME);
});

describe('a connection that breaks', () => {
  test.each<Way>(['up', 'down'])(
    'at any piece of data on its way %s, costs nothing but time',
    { timeout: SWEEP_MS },
    async (way) => {
      for (let piece = 1; ; piece++) {
        await onHost(cleanUp);
        const onConnected = () => proxy.cutAt(way, piece);
        const { statuses } = await runOn(reach, smallStack(), { onConnected });
        expect(new Set(Object.values(statuses)), `cut at piece ${piece}`).toEqual(new Set(['changed']));
        expect(await onHost(printState), `cut at piece ${piece}`).toBe(clean);
        if (process.env.SWEEP_LOG) console.error(way, piece, Math.round(performance.now()));
        if (!proxy.wasCut()) return;
      }
    },
  );

  test('right before or after any step costs nothing but time', { timeout: SWEEP_MS }, async () => {
    for (let at = 1; ; at++) {
      await onHost(cleanUp);
      let seen = 0;
      const { statuses } = await runOn(reach, smallStack(), {
        emit: (event) => {
          if (event.type !== 'started' && event.type !== 'done') return;
          if (++seen === at) proxy.cut();
        },
      });
      expect(new Set(Object.values(statuses)), `cut at step event ${at}`).toEqual(new Set(['changed']));
      expect(await onHost(printState), `cut at step event ${at}`).toBe(clean);
      if (process.env.SWEEP_LOG) console.error('step', at, Math.round(performance.now()));
      if (seen < at) return;
    }
  });
});

/** The next run finishes at once, and the one after it has nothing to do. */
async function finishes(when: string): Promise<void> {
  const startedAt = performance.now();
  const { outcome } = await runOn(direct, smallStack());
  const bad = [...(outcome?.results.values() ?? [])].filter(({ status }) => status === 'failed');
  expect(bad, when).toEqual([]);
  expect(await onHost(printState), when).toBe(clean);
  expect(performance.now() - startedAt, when).toBeLessThan(20_000);
  const again = await runOn(direct, smallStack(), { planOnly: true });
  expect(changesOf(again.plan), when).toEqual([]);
  if (process.env.SWEEP_LOG) console.error(when, Math.round(performance.now()));
}

describe('a controller that is killed', () => {
  test('at any event leaves a host on which the next run finishes at once', { timeout: SWEEP_MS }, async () => {
    for (let at = 1; ; at++) {
      await onHost(cleanUp);
      const controller = startController(built, { reach: direct, stack: 'one', killAt: at });
      const { signal } = await controller.ended;
      await finishes(`killed at event ${at}`);
      if (signal !== 'SIGKILL') return;
    }
  });

  test('at any note on the host leaves one on which the next run finishes at once', {
    timeout: SWEEP_MS,
  }, async () => {
    for (let note = 1; ; note++) {
      await onHost(cleanUp);
      const controller = startController(built, { reach: direct, stack: 'one' });
      const noted = onHost(
        sh`for try in $(seq 1 1000); do test "$(wc -l 2>/dev/null </var/lib/gatdeploy/journal || echo 0)" -lt ${note} || exit 0; sleep 0.02; done`,
      );
      await Promise.race([noted, controller.ended]);
      controller.child.kill('SIGKILL');
      const { signal } = await controller.ended;
      await noted;
      await finishes(`killed at note ${note}`);
      if (signal !== 'SIGKILL') return;
    }
  });
});
