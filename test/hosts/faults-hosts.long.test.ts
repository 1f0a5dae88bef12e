import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listPrevious, restorePrevious } from '../../src/apply/previous.ts';
import { Secret } from '../../src/base/secret.ts';
import { sh } from '../../src/base/shell.ts';
import { labStatus, labUp } from '../../src/lab/lab.ts';
import { aptRepository, directory, file, type Resource, service } from '../../src/resources/index.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';
import { cleanUp, printState, ROOT, smallStack, UNIT } from '../support/faults/stack.ts';
import { changesOf, runOn } from '../support/faults/world.ts';

let host: LabHostUnderTest;
let clean = '';
const UNIT_FILE = `/etc/systemd/system/${UNIT}`;

beforeAll(async () => {
  host = await openLabHost('faults-hosts');
  await host.run(cleanUp);
  await runOn(host.reach, smallStack());
  clean = await host.run(printState);
});
beforeEach(async () => {
  await host.run(cleanUp);
});
afterAll(async () => {
  await host.run(cleanUp);
  await host.end();
});

async function errorOf(resources: readonly Resource[]) {
  const { outcome } = await runOn(host.reach, resources);
  return [...(outcome?.results.values() ?? [])].find(({ status }) => status === 'failed')?.error;
}

/** A run of the small stack heals whatever is there, and the one after it has nothing to do. */
async function healed(): Promise<void> {
  await runOn(host.reach, smallStack());
  const kept = /^\/var\/lib\/gatdeploy\/previous\/.*\n/m;
  expect((await host.run(printState)).replace(kept, '')).toBe(clean);
  expect(changesOf((await runOn(host.reach, smallStack(), { planOnly: true })).plan)).toEqual([]);
}

describe('a host', () => {
  test('that loses its power in the middle of a run is finished by the next one', async () => {
    const lab = await labStatus(host.lab.name);
    const pid = lab.hosts.find(({ fqdn }) => fqdn === host.reach.name)?.pid;
    let isCut = false;
    const run = runOn(host.reach, smallStack(), {
      emit: (event) => {
        if (isCut || event.type !== 'started' || event.resource !== 'command[prepare]' || !pid) return;
        isCut = true;
        process.kill(pid, 'SIGKILL');
        setTimeout(() => void labUp({ name: host.lab.name, hosts: host.lab.hosts.map(({ name }) => name) }), 100);
      },
    }).catch((error) => error);
    await run;
    expect(isCut).toBe(true);
    await healed();
  });

  test('on which somebody edits between two steps of a run shows that, and gets over it', async () => {
    const conf = `${ROOT}/conf/app.conf`;
    let edit: Promise<string> | undefined;
    await runOn(host.reach, smallStack(), {
      emit: (event) => {
        if (event.type === 'started' && event.resource === 'command[prepare]')
          edit ??= host.run(sh`echo by hand >>${conf}`);
      },
    });
    expect(await edit).toBe('');
    const { plan } = await runOn(host.reach, smallStack(), { planOnly: true });
    expect(changesOf(plan)).toContain(`update file[${conf}]`);
    await healed();
  });

  test('whose notes are garbage is still worked on', async () => {
    await runOn(host.reach, smallStack());
    await host.run(sh`cd /var/lib/gatdeploy; mkdir -p runs/x/0 deployments/z; echo '{"]' >deployments/z/made
for note in journal lock beat mutex runs/x/0/pid runs/x/0/step; do head -c 300 /dev/urandom >"$note"; done`);
    await host.run(sh`echo two >>${`${ROOT}/plain.txt`}`);
    await healed();
    expect(await host.run(sh`ls /var/lib/gatdeploy | grep -e lock -e runs || true`)).toBe('');
    await host.run(
      sh`sleep 1; systemctl restart ${UNIT}; head -c 300 /dev/urandom >${`/var/lib/gatdeploy/loaded/${UNIT}.loaded`}`,
    );
    expect(changesOf((await runOn(host.reach, smallStack(), { planOnly: true })).plan)).toEqual([]);
  });

  test('whose notes are gone owes nothing that was not changed since', async () => {
    await runOn(host.reach, smallStack());
    await host.run(sh`sleep 1; systemctl restart ${UNIT}; rm -rf /var/lib/gatdeploy`);
    expect(changesOf((await runOn(host.reach, smallStack(), { planOnly: true })).plan)).toEqual([]);
  });
});

describe('a service', () => {
  const unit = (body: string) =>
    file(UNIT_FILE, { content: `[Service]\n${body}\n[Install]\nWantedBy=multi-user.target\n` });
  const serve = (body: string, more = {}) => {
    const its = unit(body);
    return [its, service(UNIT, { loads: [its], ...more })];
  };

  test('whose restart hangs is given up, told, and restarted when the cause is gone', async () => {
    const error = await errorOf(serve('Type=oneshot\nExecStart=/bin/sleep 600', { limitSeconds: 4 }));
    expect(error).toMatchObject({ code: 'apply/time-limit' });
    await host.run(sh`systemctl kill -s KILL ${UNIT}; systemctl stop ${UNIT}`);
    expect(await errorOf(serve('ExecStart=/bin/sleep infinity'))).toBeUndefined();
    expect(await host.run(sh`systemctl is-active ${UNIT}`)).toBe('active\n');
  });

  test('that dies ten seconds after its start is seen by the next plan, and by drift', async () => {
    const dying = serve(`ExecStart=/bin/sh -c 'sleep 5; exit 3'`);
    expect(await errorOf(dying)).toBeUndefined();
    await host.run(sh`for try in $(seq 1 60); do systemctl is-active -q ${UNIT} || break; sleep 0.5; done`);
    const { plan } = await runOn(host.reach, dying, { planOnly: true });
    expect(changesOf(plan)).toEqual([`update service[${UNIT}]`]);
  });

  test('whose port a stranger has taken fails with its own words', async () => {
    const error = await errorOf(serve(`ExecStart=/usr/sbin/sshd -D -e -p 22 -o PidFile=none`));
    expect(error?.why).toMatch(/Address already in use/);
  });

  test('that answers, but with the wrong configuration, is not ready', async () => {
    const ready = sh`test -e ${`${ROOT}/listens`} || { echo 'nobody listens with TLS on 5671'; exit 1; }`;
    const broken = serve('ExecStart=/bin/sleep infinity', { ready });
    expect((await errorOf(broken))?.why).toContain('nobody listens with TLS on 5671');
    const { plan } = await runOn(host.reach, broken, { planOnly: true });
    await host.run(sh`mkdir -p ${ROOT}; touch ${`${ROOT}/listens`}`);
    expect(changesOf(plan)).not.toEqual([]);
    expect(await errorOf(broken)).toBeUndefined();
  });

  test('owes a restart when a file that it has loaded is taken away and no longer declared', async () => {
    const extra = file(`${ROOT}/extra.conf`, { content: 'x\n' });
    const its = unit('ExecStart=/bin/sleep infinity');
    await runOn(host.reach, [directory(ROOT, {}), its, extra, service(UNIT, { loads: [its, extra] })]);
    await host.run(sh`rm ${`${ROOT}/extra.conf`}`);
    const without = [its, service(UNIT, { loads: [its] })];
    const { plan } = await runOn(host.reach, without, { planOnly: true });
    expect(changesOf(plan)).toEqual([`update service[${UNIT}]`]);
    await runOn(host.reach, without);
    expect(changesOf((await runOn(host.reach, without, { planOnly: true })).plan)).toEqual([]);
  });
});

describe('a package source', () => {
  const NAME = 'gd-source';
  const files = sh`ls /etc/apt/sources.list.d /etc/apt/keyrings 2>/dev/null | grep ${NAME} || true`;

  test.each<[string, string, RegExp]>([
    [
      'that is not there',
      'deb [trusted=yes] file:/srv/gd-nowhere ./',
      /does not have a Release file|No such file/,
    ],
    [
      'that nobody answers for',
      'deb http://127.0.0.1:9/apt bookworm main',
      /Could not connect|Connection refused/,
    ],
    ['that nobody has signed', 'deb file:/srv/gd-unsigned ./', /is not signed|does not have a Release file/],
  ])('%s is a clear error, and is not left behind', async (_title, line, why) => {
    await host.run(
      sh`mkdir -p /srv/gd-unsigned; cd /srv/gd-unsigned; : >Packages; printf 'Date: Thu, 01 Jan 2026 00:00:00 UTC\nMD5Sum:\n' >Release`,
    );
    const error = await errorOf([aptRepository(NAME, { lines: [line] })]);
    await host.run(sh`rm -rf /srv/gd-unsigned`);
    expect(error?.why).toMatch(why);
    expect(await host.run(files)).toBe('');
  });
});

describe('a rollback', () => {
  const conf = (text: string) => [
    directory(ROOT, {}),
    file(`${ROOT}/a.conf`, { content: new Secret(`${text}\n`), mode: '0640' }),
    file(`${ROOT}/b.conf`, { content: `${text}\n` }),
  ];

  test('that fails midway tells why, loses nothing, and goes on when it is run again', async () => {
    await runOn(host.reach, conf('one'));
    await runOn(host.reach, [...conf('two'), file(`${ROOT}/new.conf`, { content: 'new\n' })]);
    expect(await host.run(listPrevious)).toContain(`restore ${ROOT}/a.conf`);
    await host.run(sh`chattr +i ${`${ROOT}/b.conf`}`);
    expect(await host.run(restorePrevious)).toMatch(/Operation not permitted/);
    await host.run(sh`chattr -i ${`${ROOT}/b.conf`}`);
    expect(await host.run(restorePrevious)).toBe('');
    expect(await host.run(sh`cd ${ROOT}; cat a.conf b.conf; stat -c %a a.conf; ls -A`)).toBe(
      'one\none\n640\na.conf\nb.conf\n',
    );
    expect(await host.run(listPrevious)).toBe('');
  });
});
