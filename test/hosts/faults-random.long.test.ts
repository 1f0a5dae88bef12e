/** F1, F5, F6, F20, F56 in any order: faults follow each other by chance, and one run makes good what they have left. */
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/faults/cutting-proxy.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';
import { buildController, startController } from '../support/faults/process.ts';
import { cleanUp, printState, ROOT, smallStack, UNIT } from '../support/faults/stack.ts';
import { changesOf, type Reach, runOn, throughProxy } from '../support/faults/world.ts';

/** The same seed gives the same faults, though not at the same moments. */
const SEED = Number(process.env.GATDEPLOY_SEED ?? Date.now() % 1_000_000);
const ROUNDS = Number(process.env.GATDEPLOY_ROUNDS ?? 15);

let host: LabHostUnderTest;
let proxy: CuttingProxy;
let reach: Reach;
let built = '';

beforeAll(async () => {
  host = await openLabHost('faults-random');
  proxy = await startCuttingProxy({ host: host.reach.address, port: 22 });
  reach = throughProxy(host.reach, proxy.port, host.folder);
  built = await buildController();
});
afterAll(async () => {
  await proxy.close();
  rmSync(built, { recursive: true, force: true });
  await host.run(cleanUp);
  await host.end();
});

/** Numbers by chance, from a seed (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What a person or another program may do to the host between two runs. */
const EDITS: readonly (readonly [string, Script])[] = [
  ['changes the configuration', sh`echo by hand >>${`${ROOT}/conf/app.conf`}`],
  ['opens the configuration to all', sh`chmod 0666 ${`${ROOT}/conf/app.conf`}`],
  ['gives the configuration to root', sh`chown root: ${`${ROOT}/conf/app.conf`}`],
  ['takes the configuration away', sh`rm -f ${`${ROOT}/conf/app.conf`}`],
  ['puts a link in place of the configuration', sh`ln -sfn /etc/hostname ${`${ROOT}/conf/app.conf`}`],
  ['takes the folder away', sh`rm -rf ${`${ROOT}/conf`}`],
  ['turns the link elsewhere', sh`ln -sfnT /etc ${`${ROOT}/current`}`],
  ['stops the service', sh`systemctl stop ${UNIT}`],
  ['restarts the service', sh`systemctl restart ${UNIT}`],
  ['kills the service', sh`systemctl kill -s KILL ${UNIT}`],
  ['disables the service', sh`systemctl disable -q ${UNIT}`],
  ['takes the unit away', sh`rm -f ${`/etc/systemd/system/${UNIT}`}`],
  ['takes our line out of /etc/hosts', sh`sed -i /gd-faults/d /etc/hosts`],
  ['throws our notes away', sh`rm -rf /var/lib/gatdeploy`],
  [
    'makes garbage of our notes',
    sh`find /var/lib/gatdeploy -type f | while read -r one; do head -c 60 /dev/urandom >"$one"; done`,
  ],
  ['cuts our notes short', sh`find /var/lib/gatdeploy -type f | while read -r one; do truncate -s 7 "$one"; done`],
];

type Fault = { readonly title: string; readonly happen: () => Promise<unknown> };

const settled = (run: Promise<unknown>): Promise<unknown> => run.catch(() => undefined);

function faultBy(pick: (below: number) => number): Fault {
  const stack = pick(2) === 0 ? 'one' : 'two';
  const at = 1 + pick(30);
  const one = { reach: host.reach, stack };
  const faults: readonly (() => Fault)[] = [
    () => {
      const [edit, script] = EDITS[pick(EDITS.length)] ?? ['nothing', sh`true`];
      return { title: `somebody ${edit}`, happen: () => host.run(sh`( ${script} ) 2>/dev/null; true`) };
    },
    () => {
      const way = pick(2) === 0 ? 'up' : 'down';
      return {
        title: `version ${stack}, cut at piece ${at} ${way}`,
        happen: () => settled(runOn(reach, smallStack(stack), { onConnected: () => proxy.cutAt(way, at) })),
      };
    },
    () => ({
      title: `version ${stack}, killed at event ${at}`,
      happen: () => startController(built, { ...one, killAt: at }).ended,
    }),
    () => {
      const signal = (['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGHUP'] as const)[pick(4)] ?? 'SIGKILL';
      const ms = pick(2500);
      return {
        title: `version ${stack}, ${signal} after ${ms} ms`,
        async happen() {
          const controller = startController(built, one);
          await Promise.race([pause(ms), controller.ended]);
          controller.child.kill(signal);
          await controller.ended;
        },
      };
    },
    () => ({
      title: 'both versions at once',
      happen: () =>
        Promise.all(
          ['one', 'two'].map((name) => startController(built, { reach: host.reach, stack: name }).ended),
        ),
    }),
  ];
  return (faults[pick(faults.length)] ?? faults[0])?.() ?? { title: 'nothing', happen: async () => undefined };
}

/** The end state, but for our notes: there are none where somebody threw them away and nothing had to be done after that. */
const stateOf = async (): Promise<string> =>
  (await host.run(printState)).replace(
    /^(?:file:|\/var\/lib\/gatdeploy\/previous\/|(?:head|ls): cannot .*\/var\/lib\/gatdeploy).*\n?/gm,
    '',
  );

test('faults in any order are made good by one run', { timeout: 3_000_000 }, async () => {
  await host.run(cleanUp);
  await runOn(host.reach, smallStack());
  const clean = await stateOf();
  const pick = chance(SEED);
  for (let round = 1; round <= ROUNDS; round++) {
    if (pick(3) === 0) await host.run(cleanUp);
    const story: string[] = [];
    for (let left = 2 + pick(4); left > 0; left--) {
      const { title, happen } = faultBy(pick);
      story.push(title);
      await happen();
    }
    const when = `seed ${SEED}, round ${round}: ${story.join('; ')}`;
    if (process.env.SWEEP_LOG) console.error(when);
    const { outcome } = await runOn(host.reach, smallStack(), { lockWaitMs: 150_000 });
    const failed = [...(outcome?.results.values() ?? [])].filter(({ status }) => status === 'failed');
    expect(failed, when).toEqual([]);
    expect(await stateOf(), when).toBe(clean);
    expect(changesOf((await runOn(host.reach, smallStack(), { planOnly: true })).plan), when).toEqual([]);
  }
});
