/** F2, F3: links that are slow and lossy, or that go silent without an error, in the middle of a run. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '../../src/base/events.ts';
import { type DelayProxy, startDelayProxy } from '../support/delay-proxy.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';
import { cleanUp, printState, smallStack } from '../support/faults/stack.ts';
import { runOn, throughProxy } from '../support/faults/world.ts';

let host: LabHostUnderTest;
let proxies: DelayProxy[] = [];
let clean = '';

beforeAll(async () => {
  host = await openLabHost('faults-link');
  await host.run(cleanUp);
  await runOn(host.reach, smallStack());
  clean = await host.run(printState);
});
beforeEach(() => host.run(cleanUp));
afterAll(async () => {
  await host.run(cleanUp);
  await host.end();
});

/** The host behind a proxy, and what to do when the test is over. */
async function behind(rttMs: number, link: { bytesPerSecond?: number; losesEvery?: number }) {
  const proxy = await startDelayProxy(rttMs, { host: host.reach.address, port: host.reach.port, ...link });
  proxies.push(proxy);
  return { proxy, reach: throughProxy(host.reach, proxy.port, host.folder) };
}
afterAll(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
  proxies = [];
});

test('a link of 1 KiB/s with two seconds of latency that loses each tenth piece is slow, and no more', async () => {
  const { reach } = await behind(2000, { bytesPerSecond: 1024, losesEvery: 10 });
  const { outcome } = await runOn(reach, smallStack());
  expect(outcome?.results.size).toBe(smallStack().length);
  expect([...(outcome?.results.values() ?? [])].map(({ status }) => status)).not.toContain('failed');
  expect(await host.run(printState)).toBe(clean);
});

test('a link that goes silent in the middle is noticed, and the run goes on over a new one', async () => {
  const { proxy, reach } = await behind(0, {});
  let frozen = false;
  const emit = (event: RunEvent): void => {
    // The connection that is there goes silent; the one that follows gets through.
    if (event.type === 'started' && !frozen) {
      frozen = true;
      proxy.freeze();
    }
  };
  const { outcome } = await runOn(reach, smallStack(), { emit });
  expect([...(outcome?.results.values() ?? [])].map(({ status }) => status)).not.toContain('failed');
  expect(await host.run(printState)).toBe(clean);
});
