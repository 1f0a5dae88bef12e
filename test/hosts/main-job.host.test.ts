import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, type JsonLine, records } from '../support/cli.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The planned changes as `action resource`, those that only wait for a service to come up left out. */
function changesOf(result: CliResult): string[] {
  const plan = records(result).find((one) => one.type === 'plan');
  const changes = (plan?.changes ?? []) as readonly JsonLine[];
  return changes
    .filter((one) => one.action !== 'unknown')
    .map((one) => `${one.host}: ${one.action} ${one.resource}`);
}

describe.each(['bookworm', 'trixie'] as const)('the main job on %s', (os) => {
  const name = `main-${os}`;
  let lab: Lab;
  const run = (...args: readonly string[]): Promise<CliResult> =>
    gatdeploy([...args, '-i', lab.inventory, '--json'], { cwd: ROOT });
  const stacks = ['galaxy', 'pulsar'];
  const onHost = async (host: string, script: Script): Promise<string> => {
    const result = await labExec(lab, host, script);
    expect(result.code, result.stderr).toBe(0);
    return result.stdout;
  };

  beforeAll(async () => {
    lab = await labUp({ name, hosts: stacks, os });
  });
  afterAll(() => labDown(name));

  /** The home of the login user is left out: sudo itself marks there that it was used. */
  test('planning leaves the bare hosts exactly as they are', async () => {
    const state = sh`find / -xdev -newer /proc/1 2>/dev/null | grep -Ev '^/(proc|sys|run|dev|tmp|var/log|var/tmp|var/lib/systemd|home)(/|$)' | sort | head -40
find /etc /usr /var/lib /srv /opt /root -xdev -printf '%p %s %m %U %T@\n' | grep -Ev '^/var/lib/systemd' | sort | sha256sum
systemctl list-units --all --no-legend --plain --type=service --state=active | cut -d' ' -f1 | grep -Ev '^(user|session)' | sort`;
    const before = await onHost('galaxy', state);
    const result = await run('plan', ...stacks);
    expect(result.code, result.stderr).toBe(0);
    expect(changesOf(result).length).toBeGreaterThan(40);
    expect(await onHost('galaxy', state)).toBe(before);
  });

  /** On trixie each side has a command of its own, and Pulsar comes first: it waits for its queue, and starts by itself. */
  test('one run brings bare hosts, without Python, to a working system', async () => {
    expect((await labExec(lab, 'pulsar', sh`command -v python3`)).code).not.toBe(0);
    const commands = os === 'bookworm' ? [stacks] : [['pulsar'], ['galaxy']];
    for (const named of commands) {
      const result = await run('apply', ...named);
      expect(result.code, result.stdout.slice(-4000) + result.stderr).toBe(0);
      const pulsar = records(result).find(
        (one) => one.type === 'done' && one.resource === 'service[pulsar.service]',
      );
      if (named.length === 1 && pulsar)
        expect(pulsar.summary).toMatch(
          /it waits until galaxy\.lab\.test lets galaxy_au in .* so far: .*Connection refused/,
        );
    }
  });

  test('every check of verify holds', async () => {
    const result = await run('verify', ...stacks);
    const failed = records(result).filter((one) => one.type === 'checked' && !one.ok);
    expect(failed).toEqual([]);
    expect(result.code, result.stderr).toBe(0);
  });

  test('a second run changes nothing', async () => {
    const result = await run('apply', ...stacks);
    expect(changesOf(result)).toEqual([]);
    expect(result.code, result.stderr).toBe(0);
    expect(records(result).filter((one) => one.type === 'started')).toEqual([]);
  });

  test('the password of the queue is nowhere but where its reader needs it', async () => {
    const found = await onHost(
      'pulsar',
      sh`grep -rlI a-really-long-password / --include='*' -s --exclude-dir=proc --exclude-dir=sys || true`,
    );
    expect(found.trim().split('\n')).toEqual(['/mnt/pulsar/config/app.yml']);
  });

  test.each<[string, string, Script, readonly string[]]>([
    [
      "the broker's copy of the key is deleted",
      'galaxy',
      sh`rm /etc/ssl/user/privkey-rabbitmq.pem`,
      [
        'galaxy.lab.test: create certificate_copy[/etc/ssl/user/privkey-rabbitmq.pem]',
        'galaxy.lab.test: update service[rabbitmq-server.service]',
      ],
    ],
    [
      'app.yml is edited by hand, and Pulsar has not loaded that',
      'pulsar',
      sh`echo 'x: 1' >>/mnt/pulsar/config/app.yml`,
      ['pulsar.lab.test: update file[/mnt/pulsar/config/app.yml]'],
    ],
    [
      'app.yml is edited by hand, and Pulsar has loaded that',
      'pulsar',
      sh`echo 'x: 1' >>/mnt/pulsar/config/app.yml; systemctl restart pulsar.service`,
      [
        'pulsar.lab.test: update file[/mnt/pulsar/config/app.yml]',
        'pulsar.lab.test: update service[pulsar.service]',
      ],
    ],
    [
      'a permission is dropped',
      'galaxy',
      sh`rabbitmqctl -q clear_permissions -p /pulsar/galaxy_au galaxy_au`,
      ['galaxy.lab.test: update rabbitmq_user[galaxy_au]'],
    ],
    [
      "the broker forgets the password and refuses Pulsar's consumers for good",
      'galaxy',
      sh`rabbitmqctl -q change_password galaxy_au wrong </dev/null
rabbitmqctl -q close_all_user_connections galaxy_au test </dev/null
for gd_try in $(seq 1 60); do
  test "$(cat /var/log/rabbitmq/*.log | grep -c 'login refused')" -lt 3 || exit 0
  sleep 1
done; exit 1`,
      ['galaxy.lab.test: update rabbitmq_user[galaxy_au]', 'pulsar.lab.test: update service[pulsar.service]'],
    ],
    [
      'the broker is killed and kept down',
      'galaxy',
      sh`systemctl kill -s KILL rabbitmq-server.service; systemctl stop rabbitmq-server.service`,
      ['galaxy.lab.test: update service[rabbitmq-server.service]'],
    ],
  ])('when %s, plan says exactly that and one run repairs it', async (_title, host, damage, expected) => {
    await onHost(host, damage);
    const plan = await run('plan', ...stacks, '--exit-code');
    expect(plan.code).toBe(7);
    expect([...changesOf(plan)].sort()).toEqual([...expected].sort());
    const repair = await run('apply', ...stacks);
    expect(repair.code, repair.stdout.slice(-4000)).toBe(0);
    expect(changesOf(await run('plan', ...stacks))).toEqual([]);
    const verified = await run('verify', ...stacks);
    expect(records(verified).filter((one) => one.type === 'checked' && !one.ok)).toEqual([]);
  });

  test('a restart of Pulsar is put off while a job runs, and made once it has ended', async () => {
    const mark = '/mnt/pulsar/files/persisted_data/_default_-active-jobs/99';
    const pid = () => onHost('pulsar', sh`systemctl show -p MainPID --value pulsar.service`);
    const change = ['apply', 'pulsar', '-e', 'pulsar_log_level=INFO'];
    const restart = (result: CliResult) =>
      records(result).find((one) => one.type === 'done' && one.resource === 'service[pulsar.service]');
    const before = await pid();
    await onHost('pulsar', sh`runuser -u pulsar -- touch ${mark}`);
    const deferred = await run(...change, '--restart-when', 'defer');
    expect(restart(deferred)).toMatchObject({
      status: 'deferred',
      summary: 'put off: it would interrupt 99 running',
    });
    expect([deferred.code, await pid()]).toEqual([0, before]);
    await onHost('pulsar', sh`rm ${mark}`);
    expect(restart(await run(...change))).toMatchObject({ status: 'changed' });
    expect(await pid()).not.toBe(before);
    expect((await run('apply', 'pulsar')).code).toBe(0);
  });

  test.each<[string, string, Script, readonly string[]]>([
    ['nothing', 'galaxy', sh`true`, []],
    [
      'a Pulsar that was stopped',
      'pulsar',
      sh`systemctl stop pulsar.service`,
      ['pulsar/stopped on pulsar.lab.test'],
    ],
    [
      'a broker that is short of memory',
      'galaxy',
      sh`rabbitmqctl -q set_vm_memory_high_watermark absolute 10MB </dev/null
for gd_try in $(seq 1 60); do ! rabbitmq-diagnostics -q alarms </dev/null | grep -qi memory || exit 0; sleep 1; done; exit 1`,
      ['broker/alarm on galaxy.lab.test'],
    ],
  ])('the doctor finds %s', async (_title, host, damage, expected) => {
    await onHost(host, damage);
    const result = await run('doctor');
    const found = (records(result).find((one) => one.type === 'diagnoses')?.diagnoses ??
      []) as readonly JsonLine[];
    expect(found.map((one) => `${one.id} on ${one.host}`)).toEqual(expected);
    expect(result.code).toBe(expected.length > 0 ? 5 : 0);
    await onHost('galaxy', sh`rabbitmqctl -q set_vm_memory_high_watermark 0.6 </dev/null`);
    expect((await run('apply', ...stacks)).code).toBe(0);
  });
});
