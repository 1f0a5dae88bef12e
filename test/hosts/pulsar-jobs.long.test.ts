import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { records } from '../support/cli.ts';
import { type Phases, type PulsarLab, pulsarLab } from '../support/pulsar-lab.ts';

const VHOST = '/pulsar/galaxy_au';
let at: PulsarLab;
let level = 'DEBUG';

beforeAll(async () => {
  at = await pulsarLab('pulsar-jobs');
});
afterAll(() => at?.down());

/** A change that makes a restart due. */
function change(): readonly string[] {
  level = level === 'DEBUG' ? 'INFO' : 'DEBUG';
  return same();
}

const same = (): readonly string[] => ['-e', `pulsar_log_level=${level}`];

const started = () => at.onHost('pulsar', sh`systemctl show -p InvocationID --value pulsar.service`);

/** All three queues have their listener again. */
const consumers: Script = sh`for gd_try in $(seq 60); do
test "$(rabbitmqctl -q --no-table-headers list_queues -p ${VHOST} name consumers </dev/null | grep -cE 'pulsar__(setup|kill|status)[[:space:]]1$')" != 3 || exit 0
sleep 1; done; exit 1`;

const GOOD = ['get', 'running', 'post', 'stored', 'complete'];

/** A job in each phase, what has been heard when it is there, and how the plan calls it. */
const PHASES: readonly [phase: string, phases: Phases, heard: (job: string) => string][] = [
  ['staging in', [8, 1, 1], (job) => `get /in/${job}/`],
  ['running', [1, 8, 1], (job) => `status ${job} running`],
  ['sending back', [1, 1, 8], (job) => `post ${job}`],
];

describe('a restart of Pulsar', () => {
  test.each(PHASES)('waits for a job that is %s, which the plan shows', async (phase, phases, heard) => {
    const job = `idle-${phase.split(' ')[0]}`;
    await at.send(job, phases);
    await at.hears(heard(job));
    const before = await started();
    const more = change();
    const plan = records(await at.run('plan', ...more)).find((one) => one.type === 'plan');
    expect(JSON.stringify(plan?.interrupted)).toContain(`${job} ${phase}`);
    const { unit } = await at.apply(...more, '--restart-wait', '120');
    expect(unit).toMatchObject({ status: 'changed' });
    expect(String(unit?.summary)).not.toContain('interrupted');
    expect(await started()).not.toBe(before);
    await at.hears(`status ${job} complete`);
    expect(await at.heardOf(job)).toEqual(GOOD);
    expect(await at.onHost('pulsar', sh`cat ${`/srv/ran-${job}`}`)).toBe('ran\n');
  });

  test('is put off, and made once the job has ended', async () => {
    await at.send('deferred', [1, 8, 1]);
    await at.hears('status deferred running');
    const before = await started();
    const more = change();
    expect((await at.apply(...more, '--restart-when', 'defer')).unit).toMatchObject({ status: 'deferred' });
    expect(await started()).toBe(before);
    await at.hears('status deferred complete');
    expect((await at.apply(...more)).unit).toMatchObject({ status: 'changed' });
    expect(await at.heardOf('deferred')).toEqual(GOOD);
  });

  test('lets jobs that wait in its queue go on: the same before and after', async () => {
    const jobs = ['q1', 'q2', 'q3', 'q4'];
    for (const job of jobs) await at.send(job, [0, 6, 0]);
    await at.hears('status q2 running');
    const { unit } = await at.apply(...change(), '--restart-when', 'idle', '--restart-wait', '120');
    expect(unit).toMatchObject({ status: 'changed' });
    for (const job of jobs) await at.hears(`status ${job} complete`);
    for (const job of jobs) expect(await at.heardOf(job)).toEqual(GOOD);
    expect(await at.onHost('pulsar', sh`cat /srv/ran-q[1-4] | wc -l`)).toBe('4\n');
  });

  test.each([
    ['staging in', [25, 1, 1] as Phases, ['get', 'get', 'running', 'post', 'stored', 'complete']],
    ['sending back', [1, 1, 25] as Phases, ['get', 'running', 'post', 'post', 'stored', 'stored', 'complete']],
    ['running', [1, 25, 1] as Phases, ['get', 'running', 'lost']],
  ])('at once, with a job that is %s, says so, and the job ends once', async (phase, phases, story) => {
    const job = `now-${phase.split(' ')[0]}`;
    await at.send(job, phases);
    const [, , heard] = PHASES.find(([name]) => name === phase) ?? PHASES[0] ?? [];
    await at.hears(heard?.(job) ?? '');
    const { unit } = await at.apply(...change(), '--restart-when', 'now');
    expect(String(unit?.summary)).toContain(`interrupted ${job} ${phase}`);
    await at.hears(`status ${job} ${story.at(-1)}`);
    expect(await at.heardOf(job)).toEqual(story);
  });
});

describe('a job goes on', () => {
  test('when Pulsar is killed while it sends back, and it comes back once', async () => {
    await at.send('killed', [1, 1, 6]);
    await at.hears('post killed');
    await at.onHost('pulsar', sh`systemctl kill -s KILL pulsar.service`);
    await at.hears('status killed complete');
    expect((await at.heardOf('killed')).filter((one) => one === 'complete')).toHaveLength(1);
  });

  test('when the broker is restarted meanwhile, and all consumers come back by themselves', async () => {
    await at.send('broker', [1, 6, 1]);
    await at.hears('status broker running');
    await at.onHost('galaxy', sh`systemctl restart rabbitmq-server.service`);
    await at.hears('status broker complete');
    await at.onHost('galaxy', consumers);
    expect(await at.heardOf('broker')).toEqual(GOOD);
    expect((await at.apply(...same())).changes).toEqual([]);
  });

  test('when Galaxy is down while it sends back', async () => {
    await at.onHost('pulsar', sh`touch /srv/down`);
    await at.send('down', [1, 1, 1]);
    await at.onHost(
      'pulsar',
      sh`for gd_try in $(seq 60); do ! journalctl -q -u pulsar.service -o cat | grep -q 'Failed to execute staging out.*502' || break; sleep 0.5; done`,
    );
    expect(await at.doctor(...same())).toContain('pulsar/staging-galaxy-down on pulsar.lab.test');
    await at.onHost('pulsar', sh`rm /srv/down`);
    await at.hears('status down complete');
    expect((await at.heardOf('down')).filter((one) => one === 'stored')).toHaveLength(1);
    expect(await at.doctor(...same())).not.toContain('pulsar/staging-galaxy-down on pulsar.lab.test');
  });

  test('when its message is 30 MB', async () => {
    await at.send('large', [1, 1, 1], 30_000_000);
    await at.hears('status large');
    expect((await at.apply(...same())).changes).toEqual([]);
  });

  test('when nobody listened at first, which verify and doctor tell, and apply mends', async () => {
    await at.onHost('pulsar', sh`systemctl stop pulsar.service`);
    await at.send('waiting', [1, 1, 1]);
    const failed = records(await at.run('verify', ...same())).filter((one) => one.type === 'checked' && !one.ok);
    expect(JSON.stringify(failed)).toContain('pulsar__setup 0');
    expect(await at.doctor(...same())).toContain('pulsar/stopped on pulsar.lab.test');
    expect((await at.apply(...same())).changes).toEqual(['update service[pulsar.service]']);
    await at.hears('status waiting complete');
  });

  test.each([
    ['memory', sh`set_vm_memory_high_watermark absolute 10MB`, sh`set_vm_memory_high_watermark 0.6`],
    ['disk', sh`set_disk_free_limit 9999GB`, sh`set_disk_free_limit 50MB`],
  ])('once the alarm of the %s is over, which verify and doctor tell', async (what, begin, end) => {
    await at.onHost(
      'galaxy',
      sh`rabbitmqctl -q ${begin} </dev/null
for gd_try in $(seq 60); do ! rabbitmq-diagnostics -q alarms </dev/null | grep -qi ${what} || exit 0; sleep 1; done; exit 1`,
    );
    await at.onHost(
      'pulsar',
      sh`systemd-run -q --uid pulsar -- /mnt/pulsar/venv/bin/python /srv/stand-in.py /mnt/pulsar/config/app.yml send ${`alarm-${what}`} 1 1 1 0`,
    );
    const failed = records(await at.run('verify', ...same())).filter((one) => one.type === 'checked' && !one.ok);
    expect(JSON.stringify(failed)).toContain('memory and disk space enough');
    expect(await at.doctor(...same())).toContain('broker/alarm on galaxy.lab.test');
    await at.onHost('galaxy', sh`rabbitmqctl -q ${end} </dev/null`);
    await at.hears(`status alarm-${what} complete`);
  });
});

describe('a password that was changed', () => {
  test.each<[string, string, Script, readonly string[]]>([
    [
      'on the broker',
      'galaxy',
      sh`rabbitmqctl -q change_password galaxy_au wrong </dev/null
rabbitmqctl -q close_all_user_connections galaxy_au test </dev/null
for gd_try in $(seq 60); do test "$(cat /var/log/rabbitmq/*.log | grep -c 'login refused')" -lt 3 || exit 0; sleep 1; done; exit 1`,
      ['update rabbitmq_user[galaxy_au]', 'update service[pulsar.service]'],
    ],
    [
      "on Pulsar's side",
      'pulsar',
      sh`sed -i 's/galaxy_au:[^@]*@/galaxy_au:wrong@/' /mnt/pulsar/config/app.yml; systemctl restart pulsar.service; sleep 8`,
      ['update file[/mnt/pulsar/config/app.yml]', 'update service[pulsar.service]'],
    ],
  ])('%s is told by the doctor, and mended by one run', async (_title, host, damage, changes) => {
    await at.onHost(host, damage);
    const found = await at.doctor(...same());
    expect(found[0]).toMatch(/^host|pending/);
    expect(found.join()).toMatch(/refused/);
    expect([...(await at.apply(...same())).changes].sort()).toEqual([...changes].sort());
    await at.onHost('galaxy', consumers);
    expect((await at.apply(...same())).changes).toEqual([]);
  });
});

/** A message that Pulsar cannot read ends its consumer. */
const quit: Script = sh`runuser -u pulsar -- /mnt/pulsar/venv/bin/python /srv/stand-in.py /mnt/pulsar/config/app.yml unreadable
gd_run=$(systemctl show -p InvocationID --value pulsar.service)
for gd_try in $(seq 60); do ! journalctl -q _SYSTEMD_INVOCATION_ID="$gd_run" -o cat | grep -q DecodeError || exit 0; sleep 0.5; done; exit 1`;
const purge: Script = sh`rabbitmqctl -q purge_queue -p ${VHOST} pulsar__setup </dev/null`;

test('a message that is no job is told, and no restart passes for a cure', async () => {
  await at.onHost('pulsar', quit);
  expect(await at.doctor(...same())).toEqual(['pulsar/unreadable-message on pulsar.lab.test']);
  const failed = await at.run('apply', ...same());
  expect(failed.code).toBe(4);
  expect(failed.stdout).toContain('its consumers have quit');
  await at.onHost('galaxy', purge);
  await at.apply(...same());
  await at.onHost('galaxy', consumers);
});

test('a Pulsar whose consumers have quit is restarted at once, and a job that it is staging in goes on', async () => {
  await at.send('deaf', [40, 1, 1]);
  await at.hears('get /in/deaf/');
  await at.onHost('pulsar', quit);
  await at.onHost('galaxy', purge);
  const plan = records(await at.run('plan', ...same())).find((one) => one.type === 'plan');
  expect(plan?.interrupted).toMatchObject([{ resumed: 'deaf staging in' }]);
  const { unit } = await at.apply(...same(), '--restart-when', 'defer');
  expect(unit).toMatchObject({ status: 'changed' });
  expect(String(unit?.summary)).toContain('1 went on');
  await at.onHost('galaxy', consumers);
  await at.hears('status deaf complete');
  expect(await at.heardOf('deaf')).toEqual(['get', 'get', 'running', 'post', 'stored', 'complete']);
});

test('directories of jobs that ended long ago are removed by the timer, others stay', async () => {
  const left = await at.onHost(
    'pulsar',
    sh`cd /mnt/pulsar/files/staging
touch -d '8 days ago' idle-running/final_status idle-staging/final_status
touch ../persisted_data/_default_-postprocessing-jobs/idle-staging
systemctl start pulsar-staging-cleanup.service; systemctl is-active pulsar-staging-cleanup.timer
rm ../persisted_data/_default_-postprocessing-jobs/idle-staging; ls -d idle-*`,
  );
  expect(left).toBe('active\nidle-sending\nidle-staging\n');
});
