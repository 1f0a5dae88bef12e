/** F14, F15: hosts whose temporary folders are of no use. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';
import { cleanUp, printState, smallStack } from '../support/faults/stack.ts';
import { changesOf, runOn } from '../support/faults/world.ts';

const PLACES = ['/tmp', '/var/tmp', '/dev/shm'];
/** Whatever the test has put there goes; what was below comes to light again. */
const mend = sh`for place in ${PLACES}; do
  while grep -q "gd-faults $place " /proc/mounts; do umount "$place"; done
  test ! -e "$place.away" || { umount "$place" 2>/dev/null; rmdir "$place" 2>/dev/null; mv "$place.away" "$place"; }
done`;
let host: LabHostUnderTest;
let clean = '';

beforeAll(async () => {
  host = await openLabHost('faults-places');
  await host.run(cleanUp);
  await runOn(host.reach, smallStack());
  clean = await host.run(printState);
});
beforeEach(async () => {
  await host.run(cleanUp);
});
afterAll(async () => {
  await host.run(mend);
  await host.run(cleanUp);
  await host.end();
});

test.each<[string, Script]>([
  ['let nothing be run', sh`for place in ${PLACES}; do mount -t tmpfs -o noexec,nosuid gd-faults "$place"; done`],
  ['are full', sh`for place in ${PLACES}; do mount -t tmpfs -o size=4k,nr_inodes=1 gd-faults "$place"; done`],
  ['can only be read', sh`for place in ${PLACES}; do mount -t tmpfs -o ro gd-faults "$place"; done`],
  [
    'are not there',
    sh`umount /tmp /dev/shm 2>/dev/null; for place in ${PLACES}; do mv "$place" "$place.away"; done`,
  ],
])('a host whose temporary folders %s is worked on as any other', async (_title, damage) => {
  await host.run(damage);
  try {
    const { statuses } = await runOn(host.reach, smallStack());
    expect(new Set(Object.values(statuses))).toEqual(new Set(['changed']));
    expect(changesOf((await runOn(host.reach, smallStack(), { planOnly: true })).plan)).toEqual([]);
  } finally {
    await host.run(mend);
  }
  expect(await host.run(printState)).toBe(clean);
});
