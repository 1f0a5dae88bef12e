import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { directory, file, link, type Resource } from '../../src/resources/index.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';
import { cleanUp, ROOT } from '../support/faults/stack.ts';
import { runOn } from '../support/faults/world.ts';

let host: LabHostUnderTest;
const PLACE = `${ROOT}/place`;
const TARGET = `${PLACE}/app.conf`;

beforeAll(async () => {
  host = await openLabHost('faults-files');
});
const reset = sh`for mount in ${[PLACE, `${ROOT}/other`]}; do mountpoint -q $mount && umount $mount; done
chattr -i -R ${ROOT} 2>/dev/null
${cleanUp}
mkdir -p ${PLACE}`;
beforeEach(async () => {
  await host.run(reset);
});
afterAll(async () => {
  await host.run(reset);
  await host.end();
});

/** Applies and gives back how the first failed one failed. */
async function failureOf(resources: readonly Resource[]): Promise<string> {
  const { outcome } = await runOn(host.reach, resources);
  const failed = [...(outcome?.results.values() ?? [])].find(({ status }) => status === 'failed');
  return failed?.error?.why ?? 'nothing failed';
}
const wanted = (content = 'new\n'): Resource => file(TARGET, { content, mode: '0640' });
const leftovers = sh`find ${ROOT} -name '.gatdeploy.*'; ls /var/lib/gatdeploy | grep -e lock -e runs || true`;

describe('a file that can not be written', () => {
  test.each<[string, Script, Script, RegExp]>([
    [
      'for lack of space',
      sh`mount -t tmpfs -o size=64k tmpfs ${PLACE}; echo old >${TARGET}; dd if=/dev/zero of=${`${PLACE}/fill`} bs=4k 2>/dev/null; true`,
      sh`rm ${`${PLACE}/fill`}`,
      /No space left on device/,
    ],
    [
      'for lack of inodes',
      sh`mount -t tmpfs -o nr_inodes=4 tmpfs ${PLACE}; echo old >${TARGET}; touch ${[1, 2].map((n) => `${PLACE}/${n}`)}`,
      sh`rm ${`${PLACE}/1`}`,
      /No space left on device/,
    ],
    [
      'in a read-only file system',
      sh`mount -t tmpfs tmpfs ${PLACE}; echo old >${TARGET}; mount -o remount,ro ${PLACE}`,
      sh`mount -o remount,rw ${PLACE}`,
      /Read-only file system/,
    ],
  ])('%s is a clear error, the old one stays, and the next run heals it', async (_title, damage, mend, why) => {
    await host.run(damage);
    expect(await failureOf([wanted('n'.repeat(20_000))])).toMatch(why);
    expect(await host.run(sh`cat ${TARGET}`)).toBe('old\n');
    expect(await host.run(leftovers)).toBe('');
    await host.run(mend);
    expect(await failureOf([wanted()])).toBe('nothing failed');
    expect(await host.run(sh`cat ${TARGET}; stat -c '%a %U' ${TARGET}`)).toBe('new\n640 root\n');
  });

  test('as it is immutable is a clear error that says how to change that', async () => {
    const made = await host.run(
      sh`echo old >${TARGET}; command -v chattr >/dev/null && chattr +i ${TARGET} && echo immutable`,
    );
    if (!made.includes('immutable')) return;
    expect(await failureOf([wanted()])).toMatch(/Operation not permitted[\s\S]*chattr -i/);
    expect(await host.run(sh`cat ${TARGET}`)).toBe('old\n');
    expect(await host.run(leftovers)).toBe('');
    await host.run(sh`chattr -i ${TARGET}`);
    expect(await failureOf([wanted()])).toBe('nothing failed');
  });

  test("with no room for gatdeploy's own notes changes nothing and says so", async () => {
    await host.run(
      sh`mkdir -p /var/lib/gatdeploy; mount -t tmpfs -o size=8k,nr_inodes=2 tmpfs /var/lib/gatdeploy; touch /var/lib/gatdeploy/x; echo old >${TARGET}`,
    );
    const said = await runOn(host.reach, [wanted()]).then(
      ({ outcome }) => JSON.stringify([...(outcome?.results.values() ?? [])].map(({ error }) => error?.why)),
      (error) => String(error.why),
    );
    await host.run(sh`umount /var/lib/gatdeploy`);
    expect(said).toContain('No space left on device');
    expect(await host.run(sh`cat ${TARGET}`)).toBe('old\n');
    expect(await failureOf([wanted()])).toBe('nothing failed');
  });
});

describe('where a file is to be, there is', () => {
  test.each<[string, Script, RegExp]>([
    ['a folder', sh`mkdir ${TARGET}`, /is a directory/],
    ['a fifo', sh`mkfifo ${TARGET}`, /is a fifo/],
    ['a device', sh`mknod ${TARGET} c 1 3`, /is a character special file/],
  ])('%s: it stays, and the error says so', async (_title, make, why) => {
    await host.run(make);
    const before = await host.run(sh`stat -c '%F %i' ${TARGET}`);
    expect(await failureOf([wanted()])).toMatch(why);
    expect(await host.run(sh`stat -c '%F %i' ${TARGET}`)).toBe(before);
  });

  test('a link, dangling or not: it is replaced, and what it leads to stays', async () => {
    await host.run(sh`echo other >${`${PLACE}/other`}; ln -s other ${TARGET}; ln -s nowhere ${`${PLACE}/b`}`);
    expect(await failureOf([wanted(), file(`${PLACE}/b`, { content: 'b\n' })])).toBe('nothing failed');
    expect(
      await host.run(sh`cat ${[TARGET, `${PLACE}/other`, `${PLACE}/b`]}; test ! -e ${`${PLACE}/nowhere`}`),
    ).toBe('new\nother\nb\n');
  });

  test('a hard link: its other names keep the old content', async () => {
    await host.run(sh`echo old >${`${PLACE}/other`}; ln ${[`${PLACE}/other`, TARGET]}`);
    expect(await failureOf([wanted()])).toBe('nothing failed');
    expect(await host.run(sh`cat ${[TARGET, `${PLACE}/other`]}`)).toBe('new\nold\n');
  });
});

test('names with quotes, spaces, dashes, dollars and other letters are just names', async () => {
  const names = [
    `it's`,
    '"two"',
    '-rf',
    '$(id)',
    '`id`',
    'a b',
    'ö😀',
    '*',
    '; true',
    '%s',
    '#',
    '~',
    '|',
    'a\'"b',
  ];
  const resources = names.flatMap((name) => [
    directory(`${PLACE}/${name}`, {}),
    file(`${PLACE}/${name}/${name}`, { content: `${name}\n` }),
    link(`${PLACE}/${name}/to ${name}`, { target: `${PLACE}/${name}/${name}` }),
  ]);
  expect(await failureOf(resources)).toBe('nothing failed');
  const { plan } = await runOn(host.reach, resources, { planOnly: true });
  expect(plan.entries.filter(({ status }) => status !== 'same')).toEqual([]);
  expect(await host.run(sh`cd ${PLACE}; cat ./*/to*`)).toBe(
    await host.run(sh`cd ${PLACE}; for name in *; do printf '%s\\n' "$name"; done`),
  );
});

test('a new content is never readable by others, not for a moment, and is on the disk before it has its name', async () => {
  await host.run(sh`useradd -M gdreader 2>/dev/null; chmod 755 ${PLACE}
setpriv --reuid gdreader --regid nogroup --clear-groups sh -c 'while :; do cat "$1"/.gatdeploy.* "$1"/app.conf >>/tmp/gd-seen 2>/dev/null; done' sh ${PLACE} >/dev/null 2>&1 &
echo $! >/tmp/gd-reader`);
  for (const content of ['canary-0815 one\n', 'canary-0815 two\n', 'canary-0815 three\n'])
    await runOn(host.reach, [wanted(content)]);
  await host.run(sh`kill "$(cat /tmp/gd-reader)"; userdel gdreader 2>/dev/null; true`);
  expect(await host.run(sh`grep -c canary-0815 /tmp/gd-seen; rm -f /tmp/gd-seen /tmp/gd-reader`)).not.toMatch(
    /^[1-9]/,
  );
});

describe('below a folder that belongs to somebody else, root is not led astray', () => {
  const home = `${ROOT}/home`;
  beforeEach(async () => {
    await host.run(sh`useradd -M gdmallory 2>/dev/null
mkdir -p ${home}; chown gdmallory ${home}; echo 'root only' >${`${ROOT}/shadow`}; chmod 600 ${`${ROOT}/shadow`}; mkdir -p ${`${ROOT}/etc`}`);
  });
  const asMallory = (script: Script) =>
    host.run(sh`setpriv --reuid gdmallory --regid nogroup --clear-groups sh -c ${script.source}`);
  const shadow = sh`cat ${`${ROOT}/shadow`}; stat -c '%a %U' ${`${ROOT}/shadow`}; ls -A ${`${ROOT}/etc`}`;
  const intact = 'root only\n600 root\n';

  test('by a link in place of a parent', async () => {
    await asMallory(sh`ln -s ${`${ROOT}/etc`} ${`${home}/conf`}`);
    const error = await failureOf([file(`${home}/conf/app.conf`, { content: 'x', mode: '0666' })]);
    expect(error).toMatch(/refused to follow a link that gdmallory/);
    expect(await host.run(shadow)).toBe(intact);
  });

  test('by a link in place of the file, whose owner and mode are to change', async () => {
    await asMallory(sh`ln -s ${`${ROOT}/shadow`} ${`${home}/app.conf`}`);
    expect(await failureOf([file(`${home}/app.conf`, { owner: 'gdmallory', mode: '0644', content: 'x' })])).toBe(
      'nothing failed',
    );
    expect(await host.run(shadow)).toBe(intact);
    expect(await host.run(sh`stat -c %F ${`${home}/app.conf`}`)).toBe('regular file\n');
  });

  test('by a link in place of a folder', async () => {
    await asMallory(sh`ln -s ${`${ROOT}/etc`} ${`${home}/data`}`);
    await failureOf([directory(`${home}/data`, { owner: 'gdmallory', mode: '0777' })]);
    expect(await host.run(sh`stat -c '%a %U' ${`${ROOT}/etc`}`)).toBe('755 root\n');
  });

  test('by somebody who swaps folder and link all the time', async () => {
    await host.run(sh`setpriv --reuid gdmallory --regid nogroup --clear-groups sh -c 'cd "$1" || exit; while :; do
mkdir conf; rm -rf conf; ln -s "$2" conf; rm -f conf; done' sh ${home} ${`${ROOT}/etc`} >/dev/null 2>&1 &
echo $! >/tmp/gd-swapper`);
    for (let tries = 0; tries < 15; tries++)
      await runOn(host.reach, [
        directory(`${home}/conf`, { owner: 'gdmallory', mode: '0777' }),
        file(`${home}/conf/app.conf`, { content: 'x', owner: 'gdmallory' }),
      ]);
    await host.run(sh`kill "$(cat /tmp/gd-swapper)"; rm /tmp/gd-swapper`);
    expect(await host.run(shadow)).toBe(intact);
    expect(await host.run(sh`stat -c '%a %U' ${`${ROOT}/etc`}`)).toBe('755 root\n');
  });

  test('while a link that only root can have made is followed', async () => {
    await host.run(sh`mkdir -p ${`${ROOT}/disk/conf`}; ln -s disk ${`${ROOT}/linked`}`);
    expect(await failureOf([file(`${ROOT}/linked/conf/a`, { content: 'a\n' })])).toBe('nothing failed');
    expect(await host.run(sh`cat ${`${ROOT}/disk/conf/a`}`)).toBe('a\n');
  });
});
