/** What shows why the broker takes or gives no messages: its start, its key, its alarms, refusals, queues that nobody reads. */
import { sh, steps } from '../../base/shell.ts';
import type { CheckOutput } from '../../verify/check.ts';
import { PROBE_ADDRESS } from '../../verify/checks/amqp-login.ts';
import { alarmIn, PRINT_ALARMS } from '../../verify/checks/broker-alarm.ts';
import type { Diagnosis, Examination } from '../../verify/doctor/examination.ts';
import { readSigns, type Sign } from '../../verify/doctor/signs.ts';
import type { HostContext } from '../role.ts';
import { clientOf } from './client.ts';
import { settingsOf } from './config.ts';
import { PRINT_QUEUES, sharedQueues, waitingQueues } from './queues.ts';
import type { RabbitmqValues } from './vars.ts';

/** What nothing downstream can do without. */
const ALL = ['rabbitmq', 'broker/', 'pulsar', 'galaxy/job', 'galaxy/consumers', 'galaxy/broker'];

/** Examines the broker on its host. */
export function rabbitmqExaminations(v: RabbitmqValues, host: HostContext): readonly Examination[] {
  const { certfile, keyfile } = settingsOf(v, host);
  const pair = certfile !== undefined && keyfile !== undefined;
  return [
    {
      id: 'rabbitmq',
      host: host.name,
      script: steps(
        sh`systemctl show -p LoadState,ActiveState -- rabbitmq-server.service
printf '@start\n'
tail -n 40 /var/log/rabbitmq/rabbitmq-server.log 2>/dev/null | grep -iE 'invalid|cannot|could not|eacces|enoent|already in use|unknown variable|syntax' | sed 's/^.*> *//' | tail -n 3
printf '@log\n'
for gd_log in /var/log/rabbitmq/rabbit@*.log; do test -f "$gd_log" || continue
awk -v from="$gd_from" '/^20[0-9][0-9]-/ { show = (substr($0, 1, 19) >= from) } show' "$gd_log" | grep -E -B 1 'refused|granted access|larger than|CLIENT ALERT' | tail -n 400; done
printf '@alarms\n'
${PRINT_ALARMS}
${PRINT_QUEUES}
printf '@key\n'`,
        pair &&
          sh`test -e ${keyfile} || echo "missing ${keyfile}"
runuser -u rabbitmq -- test -r ${keyfile} || echo unreadable
openssl pkey -in ${keyfile} -noout -passin pass: 2>/dev/null || echo 'no key'
test "$(openssl x509 -in ${certfile} -noout -pubkey 2>/dev/null)" = "$(openssl pkey -in ${keyfile} -pubout -passin pass: 2>/dev/null)" || echo mismatch
openssl x509 -in ${certfile} -noout -checkend 0 >/dev/null 2>&1 || echo expired`,
        sh`true`,
      ),
      diagnose: (output) => diagnose(output, host, keyfile ?? ''),
    },
  ];
}

const SIGNS: readonly Sign[] = [
  {
    id: 'broker/message-too-large',
    pattern: /message size (\d+) is larger than configured max size (\d+)/,
    place: 'broker',
    cause: 'a message of $1 bytes was refused, as the broker takes $2 at the most',
    fix: 'raise max_message_size in rabbitmq_config, or let the job send less in its status, then gatdeploy apply galaxy',
  },
  {
    id: 'broker/untrusted',
    pattern: /CLIENT ALERT: Fatal - (Unknown CA|Bad Certificate|Certificate Expired)/,
    place: 'way',
    cause: 'a client ended its handshake with the broker, as it does not accept the certificate ($1)',
    fix: 'gatdeploy verify pulsar tells which client and why',
    explains: [],
  },
  {
    id: 'broker/vhost-refused',
    pattern: /access to vhost '([^']+)' refused for user '([^']+)'/,
    place: 'broker',
    cause: '$2 has no permission in $1',
    fix: 'gatdeploy apply galaxy gives the declared users their permissions, then gatdeploy apply pulsar',
    explains: ['pulsar/no-permission', 'broker/queue', 'galaxy/job'],
  },
];

function diagnose({ stdout }: CheckOutput, host: HostContext, keyfile: string): readonly Diagnosis[] {
  const parts = new Map(
    stdout.split(/^@(?=(?:start|log|alarms|queues|readers|key)$)/m).map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end + 1)] as const;
    }),
  );
  const part = (name: string): string => parts.get(name) ?? '';
  const isRunning = /^ActiveState=active$/m.test(stdout);
  return [
    ...badKey(part('key'), host, keyfile),
    ...(isRunning ? [] : [down(host, stdout, part('start'))]),
    ...(isRunning ? alarms(part('alarms'), host) : []),
    ...refused(part('log'), host),
    ...readSigns(part('log'), SIGNS, host.name),
    ...waitingQueues(part('queues'), host),
    ...sharedQueues(part('readers'), host),
  ];
}

const KEY_FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^missing/m, "the broker's key is missing"],
  [/^unreadable$/m, "the broker's user cannot read its key, so that every handshake fails"],
  [/^no key$/m, "the file of the broker's key holds no key"],
  [/^mismatch$/m, "the broker's key does not belong to its certificate"],
  [/^expired$/m, "the broker's certificate has expired"],
];

function badKey(text: string, host: HostContext, keyfile: string): readonly Diagnosis[] {
  const cause = KEY_FAULTS.find(([pattern]) => pattern.test(text))?.[1];
  if (cause === undefined) return [];
  return [
    {
      id: 'broker/key',
      place: 'broker',
      host: host.name,
      cause,
      evidence: `${keyfile}: ${text.trim().split('\n')[0]}`,
      fix: 'gatdeploy apply galaxy',
      explains: ALL,
    },
  ];
}

function down(host: HostContext, text: string, start: string): Diagnosis {
  const isMasked = /^LoadState=masked$/m.test(text);
  const state = /^ActiveState=(.+)$/m.exec(text)?.[1] ?? 'no such unit';
  const said = start.trim().split('\n').at(-1)?.slice(0, 250) ?? '';
  return {
    id: 'broker/down',
    place: 'broker',
    host: host.name,
    cause: 'the broker does not run',
    evidence: `${isMasked ? 'masked, ' : ''}${state}${said ? `: ${said}` : ''}`,
    fix: isMasked ? `ssh ${host.name} sudo systemctl unmask rabbitmq-server` : 'gatdeploy apply galaxy',
    explains: ALL,
  };
}

function alarms(text: string, host: HostContext): readonly Diagnosis[] {
  const alarm = alarmIn(text, host.name);
  if (!alarm) return [];
  return [
    {
      id: 'broker/alarm',
      place: 'broker',
      host: host.name,
      cause: `the broker has too little ${alarm.of === 'disk' ? 'disk space' : 'memory'}, and holds up all who send messages until it has more`,
      evidence: alarm.line,
      fix: alarm.fix,
      explains: ['broker/queue', 'galaxy/job', 'pulsar.service/message', 'rabbitmq/login', 'rabbitmq/alarms'],
    },
  ];
}

/** A login that was refused, and one that was let in, as the log tells them: since RabbitMQ 4 the latter without brackets. */
const LOGIN =
  /\(([^()\s]+):\d+ -> [^)]*\):? *\n.*login refused: user '([^']+)'.*|(?:\(|connection )([^()\s]+):\d+ -> [^()\n]*?\)?: user '([^']+)' authenticated and granted access/g;

/**
 * Parses `Error on AMQP connection <0.1.0> (10.0.0.2:4000 -> 10.0.0.1:5671, state: starting):` and the reason in the next
 * line, and `… (10.0.0.2:4000 -> 10.0.0.1:5671): user 'au' authenticated and granted access to vhost '/pulsar/au'`.
 */
function refused(text: string, host: HostContext): readonly Diagnosis[] {
  const last = new Map<string, { client: string; user: string; line: string | undefined }>();
  for (const [whole, refusedFrom, wrong, letInFrom = '', right = ''] of text.matchAll(LOGIN)) {
    // Our own checks are refused as well, and tell that themselves.
    if ((refusedFrom ?? letInFrom) === PROBE_ADDRESS) continue;
    const client = clientOf(refusedFrom ?? letInFrom, host);
    const user = wrong ?? right;
    last.set(`${client} ${user}`, {
      client,
      user,
      line: wrong === undefined ? undefined : whole.split('\n').at(-1),
    });
  }
  return [...last.values()].flatMap(({ client, user, line }): Diagnosis[] => {
    if (line === undefined) return [];
    return [
      {
        id: `broker/login-refused ${client} ${user}`,
        place: client === host.name ? 'Galaxy' : 'Pulsar',
        host: client,
        cause: `it came to the broker with a wrong password for ${user}, or ${user} does not exist there`,
        evidence: line.trim(),
        fix: 'gatdeploy apply galaxy pulsar gives both sides the same password and restarts who was refused',
        explains: ['pulsar/login-refused', 'galaxy/login-refused', 'broker/queue'],
      },
    ];
  });
}
