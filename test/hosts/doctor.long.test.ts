import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, type JsonLine, records } from '../support/cli.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MINUTE = 60_000;

type Case = {
  readonly host: 'galaxy' | 'pulsar';
  readonly damage: Script;
  /** Holds as soon as the damage shows on Pulsar's host. */
  readonly shown?: Script;
  /** `place: id on host`, in the order of telling. */
  readonly told: readonly string[];
  /** What the first one's fix says. */
  readonly fix: RegExp;
  /** What apply does not undo, as it is not gatdeploy's. */
  readonly mend?: Script;
};

const PULSAR = 'pulsar.lab.test';
const GALAXY = 'galaxy.lab.test';
const saysRetry = (what: string) =>
  sh`journalctl -q -u pulsar --since -1min -o cat | grep 'will retry' | tail -n 1 | grep -F -- ${what}`;
const newPulsar = sh`systemctl restart pulsar.service`;

const CASES: Readonly<Record<string, Case>> = {
  'an authority that Pulsar does not know': {
    host: 'pulsar',
    damage: sh`mkdir /root/cas; mv /usr/local/share/ca-certificates/lab-* /root/cas; update-ca-certificates --fresh >/dev/null 2>&1; ${newPulsar}`,
    shown: saysRetry('unable to get local issuer'),
    told: [`way: pulsar/broker-untrusted on ${PULSAR}`],
    fix: /update-ca-certificates/,
    mend: sh`mv /root/cas/* /usr/local/share/ca-certificates; rmdir /root/cas; update-ca-certificates >/dev/null 2>&1`,
  },
  'a name that does not resolve': {
    host: 'pulsar',
    damage: sh`cp /etc/hosts /root/hosts; sed /galaxy.lab.test/d /root/hosts >/etc/hosts; ${newPulsar}`,
    shown: saysRetry('gaierror'),
    told: [`way: pulsar/broker-unresolved on ${PULSAR}`],
    fix: /DNS or \/etc\/hosts/,
    mend: sh`cat /root/hosts >/etc/hosts`,
  },
  'a port that a firewall closes': {
    host: 'pulsar',
    damage: sh`ip rule add to "$(getent hosts galaxy.lab.test | cut -d' ' -f1)" ipproto 6 dport 5671 unreachable; ${newPulsar}`,
    shown: saysRetry('Network is unreachable'),
    told: [`way: pulsar/broker-unreachable on ${PULSAR}`],
    fix: /open port 5671/,
    mend: sh`ip rule del ipproto 6 dport 5671`,
  },
  'a firewall that drops packets without a word': {
    host: 'galaxy',
    damage: sh`ip rule add to "$(getent hosts pulsar.lab.test | cut -d' ' -f1)" ipproto 6 sport 5671 blackhole`,
    // Pulsar believes in its old connections for a while yet.
    told: [`way: pulsar.service/broker-tls on ${PULSAR}`],
    fix: /open the port/,
    mend: sh`ip rule del ipproto 6 sport 5671`,
  },
  'a clock that is an hour ahead': {
    host: 'pulsar',
    damage: sh`printf '%s\\n' '#!/bin/sh' 'test "$*" = +%s || exec /bin/date "$@"' 'echo $(($(/bin/date +%s) + 3600))' >/usr/local/bin/date; chmod 0755 /usr/local/bin/date`,
    told: [`host: host/clock on ${PULSAR}`],
    fix: /systemd-timesyncd/,
    mend: sh`rm /usr/local/bin/date`,
  },
  'a staging folder that is full': {
    host: 'pulsar',
    damage: sh`mount -t tmpfs -o size=1M,uid=$(id -u pulsar),gid=$(id -g pulsar),mode=755 tmpfs /mnt/pulsar/files/staging; head -c 1M /dev/zero >/mnt/pulsar/files/staging/big || true`,
    told: [`host: host/disk-full on ${PULSAR}`],
    fix: /du -xh .*\/mnt\/pulsar\/files\/staging/,
    mend: sh`umount /mnt/pulsar/files/staging`,
  },
  "a staging folder that is not Pulsar's": {
    host: 'pulsar',
    damage: sh`chown root:root /mnt/pulsar/files/staging; chmod 0755 /mnt/pulsar/files/staging`,
    told: [`host: host/not-as-declared on ${PULSAR}`],
    fix: /gatdeploy apply galaxy pulsar/,
  },
  'consumers that quit after a refused login': {
    host: 'galaxy',
    damage: sh`rabbitmqctl -q change_password galaxy_au wrong </dev/null
rabbitmqctl -q close_all_user_connections galaxy_au test </dev/null
for gd_try in $(seq 1 60); do
  test "$(cat /var/log/rabbitmq/*.log | grep -c 'login refused')" -lt 3 || exit 0
  sleep 1
done; exit 1`,
    told: [
      `host: host/not-as-declared on ${GALAXY}`,
      `Pulsar: broker/login-refused ${PULSAR} galaxy_au on ${PULSAR}`,
    ],
    fix: /gatdeploy apply galaxy/,
  },
  'a certificate of the broker that has expired': {
    host: 'galaxy',
    damage: sh`cd "$(mktemp -d)"; touch index.txt; echo 01 >serial
printf '[ca]\\ndefault_ca=d\\n[d]\\nnew_certs_dir=.\\ndatabase=index.txt\\nserial=serial\\ndefault_md=sha256\\npolicy=p\\n[p]\\ncommonName=supplied\\n' >ca.cnf
openssl req -new -key /etc/ssl/user/privkey-rabbitmq.pem -subj /CN=galaxy.lab.test -out csr.pem
openssl ca -batch -config ca.cnf -selfsign -keyfile /etc/ssl/user/privkey-rabbitmq.pem -startdate 20240101000000Z -enddate 20240201000000Z -in csr.pem -out cert.pem 2>/dev/null
openssl x509 -in cert.pem >/etc/ssl/certs/cert.pem; openssl x509 -in cert.pem >/etc/ssl/certs/fullchain.pem
rabbitmqctl -q eval 'ssl:clear_pem_cache().' </dev/null >/dev/null; systemctl reload nginx`,
    told: [`host: host/not-as-declared on ${GALAXY}`, `broker: broker/key on ${GALAXY}`],
    fix: /gatdeploy apply galaxy/,
  },
};

describe('the doctor, on real hosts', () => {
  const name = 'doctor';
  const stacks = ['galaxy', 'pulsar'];
  let lab: Lab;
  const run = (...args: readonly string[]): Promise<CliResult> =>
    gatdeploy([...args, '-i', lab.inventory, '--json'], { cwd: ROOT });
  const onHost = async (host: string, script: Script): Promise<void> => {
    const result = await labExec(lab, host, script);
    expect(result.code, result.stdout + result.stderr).toBe(0);
  };

  /** What the doctor says once the damage shows. */
  const examined = async (host: string, damage: Script, shown: Script | undefined): Promise<CliResult> => {
    await onHost(host, damage);
    if (shown)
      await onHost(
        'pulsar',
        sh`for gd_try in $(seq 120); do if ( ${shown} ) >/dev/null; then exit 0; fi; sleep 1; done; exit 1`,
      );
    return run('doctor', '--since', '5m');
  };

  beforeAll(async () => {
    lab = await labUp({ name, hosts: stacks, os: 'bookworm' });
    const result = await run('apply', ...stacks);
    expect(result.code, result.stdout.slice(-4000)).toBe(0);
  }, 10 * MINUTE);
  afterAll(() => labDown(name));

  test.each(Object.entries(CASES))(
    'finds %s, and names what mends it',
    async (_title, { host, damage, shown, told, fix, mend }) => {
      const result = await examined(host, damage, shown).finally(() => mend && onHost(host, mend));
      const found = (records(result).find((one) => one.type === 'diagnoses')?.diagnoses ??
        []) as readonly JsonLine[];
      const shownAs = found.map((one) => `${one.place}: ${one.id} on ${one.host}`);
      expect(shownAs, JSON.stringify(found, null, 1)).toEqual(told);
      expect(found[0]?.fix).toMatch(fix);
      expect(result.code).toBe(5);
      const repaired = await run('apply', ...stacks);
      expect(repaired.code, repaired.stdout.slice(-3000)).toBe(0);
      const failed = records(await run('verify', ...stacks)).filter((one) => one.type === 'checked' && !one.ok);
      expect(failed).toEqual([]);
    },
    10 * MINUTE,
  );

  test('finds nothing on hosts that are well', async () => {
    const result = await run('doctor', '--since', '1s');
    expect(records(result).find((one) => one.type === 'diagnoses')?.diagnoses).toEqual([]);
    expect(result.code).toBe(0);
  });
});
