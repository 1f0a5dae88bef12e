import { describe, expect, test } from 'vitest';
import { galaxy } from '../../src/roles/galaxy/index.ts';
import { pulsar } from '../../src/roles/pulsar/index.ts';
import { rabbitmq } from '../../src/roles/rabbitmq/index.ts';
import type { Role } from '../../src/roles/role.ts';
import { readBy } from '../support/queue-readers.ts';
import { declareRole, type Surroundings } from '../support/role.ts';

/** The ids of what a role's only examination tells from an output, and of what host. */
function told(
  role: Role,
  variables: Readonly<Record<string, unknown>>,
  stdout: string,
  around: Surroundings = {},
) {
  const [examination] = declareRole(role, variables, around).examinations;
  return (examination?.diagnose({ code: 0, stdout, stderr: '' }) ?? []).map(({ id, host }) => `${id} on ${host}`);
}

const AU = {
  pulsar_root: '/mnt/pulsar',
  pulsar_systemd: true,
  pulsar_yaml_config: { message_queue_url: 'pyamqp://au:pw@broker.example.org:5671//pulsar/au?ssl=1' },
};

/** What is printed of a Pulsar's unit, its last error, what it says of its queue, and what of its jobs. */
const unit = (
  state: string,
  connections: number,
  parts: { last?: string; connecting?: string; jobs?: string } = {},
) =>
  `LoadState=loaded\nActiveState=${state}\nConnections=${connections}\n@last\n${parts.last ?? ''}@connecting\n${parts.connecting ?? ''}@journal\n${parts.jobs ?? ''}`;

const REFUSED = `Got OperationalError, will retry: [Errno 111] Connection refused\n`;
const WRONG_PASSWORD =
  'amqp.exceptions.AccessRefused: (0, 0): (403) ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.\n';
const NO_ACCESS =
  "amqp.exceptions.AccessRefused: Exchange.declare: (403) ACCESS_REFUSED - access to exchange 'pulsar' in vhost '/pulsar/au' refused for user 'au'\n";
const FORBIDDEN =
  'pulsar.client.exceptions.PulsarClientTransportError: Response code not 200 (transport code: 403, transport message: Failed to get_file properly for url https://galaxy.example.org/api/jobs/1/files?job_key=abc)\n';
const QUIT = 'Problem consuming queue, consumer quitting in problematic fashion!\n';

describe('a Pulsar', () => {
  test.each<[string, string, readonly string[]]>([
    ['that has its connections is well, whatever was before', unit('active', 3, { connecting: REFUSED }), []],
    [
      'that cannot read a message, and has another connection for what it sends',
      unit('active', 3, { connecting: `${QUIT}kombu.exceptions.DecodeError: invalid start byte\n` }),
      ['pulsar/unreadable-message', 'pulsar/consumers-quit'],
    ],
    [
      'whose jobs could not be sent back to a web server that was down',
      unit('active', 3, {
        jobs: "Failures collecting results [PulsarClientTransportError('connection_refused')]\n",
      }),
      ['pulsar/staging-refused'],
    ],
    [
      'that could not fetch files, and has brought back a job since then',
      unit('active', 3, {
        jobs: `${FORBIDDEN}DEBUG Publishing Pulsar state change with status complete for job_id 8\n`,
      }),
      [],
    ],
    ['that may not fetch files', unit('active', 3, { jobs: FORBIDDEN }), ['pulsar/staging-forbidden']],
    [
      'that looks for Galaxy by a name that nobody knows',
      unit('active', 3, {
        jobs: 'PulsarClientTransportError: Unknown transport error (transport code: 6, transport message: Could not resolve host: galaxy.example.orh)\n',
      }),
      ['pulsar/galaxy-unresolved'],
    ],
    [
      'that looks for files where no Galaxy is',
      unit('active', 3, { jobs: FORBIDDEN.replace('403', '404') }),
      ['pulsar/staging-not-galaxy'],
    ],
    [
      'whose channel is closed by the protocol, which is no matter of certificates',
      unit('active', 3, {
        jobs: 'Received method (60, 31) during closing channel 1. This method will be ignored\n',
      }),
      [],
    ],
    ['without a broker', unit('active', 0, { connecting: REFUSED }), ['pulsar/broker-refuses-connection']],
    [
      'that was refused',
      unit('active', 0, { connecting: REFUSED + WRONG_PASSWORD + QUIT }),
      ['pulsar/login-refused', 'pulsar/consumers-quit'],
    ],
    [
      'whose user has too few permissions',
      unit('active', 0, { connecting: NO_ACCESS + QUIT }),
      ['pulsar/no-access', 'pulsar/consumers-quit'],
    ],
    [
      'whose broker has an unknown authority',
      unit('active', 0, {
        connecting:
          'will retry: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1)\n',
      }),
      ['pulsar/broker-untrusted'],
    ],
    [
      'that dials a name that the certificate lacks',
      unit('active', 0, {
        connecting:
          "will retry: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'gat-9.example.org'. (_ssl.c:1)\n",
      }),
      ['pulsar/broker-name'],
    ],
    [
      'to whose clock the certificate is of the future',
      unit('active', 0, {
        connecting:
          'will retry: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid (_ssl.c:1)\n',
      }),
      ['pulsar/broker-future'],
    ],
    [
      'whose virtual host is missing',
      unit('active', 0, { connecting: '(530) NOT_ALLOWED - vhost pulsar/au not found\n' }),
      ['pulsar/no-vhost'],
    ],
    [
      'that cannot read its configuration',
      unit('activating', 0, {
        jobs: "PermissionError: [Errno 13] Permission denied: '/mnt/pulsar/config/app.yml'\n",
      }),
      ['pulsar/cannot-read-config', 'pulsar/ends'],
    ],
    [
      'that somebody has stopped',
      unit('inactive', 0, { jobs: 'yaml.scanner.ScannerError: x\n' }),
      ['pulsar/stopped'],
    ],
    [
      'that could not send outputs back',
      unit('active', 3, { jobs: 'Failed to execute staging out file x, retrying in 2.0 seconds\n' }),
      ['pulsar/staging-galaxy-down'],
    ],
  ])('%s', (_title, output, expected) =>
    expect(told(pulsar, AU, output)).toEqual(expected.map((id) => `${id} on gat-1.example.org`)),
  );
});

const login = (at: string, address: string, outcome: string): string =>
  outcome === 'refused'
    ? `${at} [error] <0.9.0> Error on AMQP connection <0.9.0> (${address}:4000 -> 10.0.0.1:5671, state: starting):\n${at} [error] <0.9.0> PLAIN login refused: user 'au' - invalid credentials\n`
    : `${at} [info] <0.9.0> connection <0.9.0> (${address}:4000 -> 10.0.0.1:5671): user 'au' authenticated and granted access to vhost '/pulsar/au'\n`;

describe('a broker', () => {
  const around = { addresses: { '10.0.0.2': 'pulsar-1' } };
  const AT = '2026-01-31 12:00:00.000000+00:00';
  const queues = (readers: string) =>
    `ActiveState=active\n@start\n@log\n@alarms\n@queues\n/pulsar/au\tpulsar__setup\t0\t2\n@readers\n${readers}@key\n`;
  const log = (text: string) =>
    `LoadState=loaded\nActiveState=active\n@start\n@log\n${text}@alarms\n@queues\n@key\n`;
  test.each<[string, string, readonly string[]]>([
    [
      'that somebody has a wrong password for',
      log(login(AT, '10.0.0.2', 'refused')),
      ['broker/login-refused pulsar-1 au on pulsar-1'],
    ],
    [
      'that let the same one in since then',
      log(login(AT, '10.0.0.2', 'refused') + login(AT, '10.0.0.2', 'granted')),
      [],
    ],
    [
      'of version 4 that let the same one in since then',
      log(
        login(AT, '10.0.0.2', 'refused') +
          `${AT} [info] <0.9.0> connection 10.0.0.2:4000 -> 10.0.0.1:5671: user 'au' authenticated and granted access to vhost '/pulsar/au'\n`,
      ),
      [],
    ],
    [
      'that refused our own check only, which comes from an address of its own',
      log(login(AT, '127.0.0.9', 'refused')),
      [],
    ],
    [
      'that the Galaxy beside it has a wrong password for',
      log(login(AT, '127.0.0.1', 'refused')),
      ['broker/login-refused gat-1.example.org au on gat-1.example.org'],
    ],
    [
      'that is short of disk space',
      'ActiveState=active\n@start\n@log\n@alarms\nFree disk space alarm on node rabbit@gat-1\n@queues\n@key\n',
      ['broker/alarm on gat-1.example.org'],
    ],
    [
      'whose queue nobody reads',
      'ActiveState=active\n@start\n@log\n@alarms\n@queues\n/pulsar/au\tpulsar__setup\t3\t0\n/pulsar/au\tpulsar__kill\t0\t0\n@key\n',
      ['broker/queue /pulsar/au pulsar__setup on gat-1.example.org'],
    ],
    [
      'whose queue has two readers',
      queues(
        readBy(
          [
            ['10.0.0.2', 4000, 9000],
            ['10.0.0.3', 4711, 9000],
          ],
          '/pulsar/au',
        ),
      ),
      ['broker/shared-queue /pulsar/au pulsar__setup on gat-1.example.org'],
    ],
    [
      'whose queue for Galaxy is read by each of its handlers',
      queues(readBy([['10.0.0.2', 4000, 9000]], '/pulsar/au')),
      [],
    ],
    [
      'whose reader has a new connection, and an old one that is not given up yet',
      queues(
        readBy(
          [
            ['10.0.0.2', 4000, 9000],
            ['10.0.0.2', 4711, 20],
          ],
          '/pulsar/au',
        ),
      ),
      [],
    ],
    [
      'that cannot read its key and does not start',
      'LoadState=loaded\nActiveState=activating\n@start\nssl_options.keyfile invalid, file does not exist or cannot be read by the node\n@log\n@alarms\n@queues\n@key\nunreadable\n',
      ['broker/key on gat-1.example.org', 'broker/down on gat-1.example.org'],
    ],
    [
      'that refused a message as too large',
      log('message size 200000000 is larger than configured max size 134217728\n'),
      ['broker/message-too-large on gat-1.example.org'],
    ],
    ['that is well', log(''), []],
  ])('%s', (_title, output, expected) => expect(told(rabbitmq, {}, output, around)).toEqual(expected));
});

const galaxyUnit = (name: string, state: string, more = '') =>
  `Id=${name}.service\nLoadState=loaded\nActiveState=${state}\nActiveEnterTimestamp=@1000\n${more}\n`;
const standing = (...units: readonly string[]) =>
  `now=5000\nId=galaxy.target\nLoadState=loaded\nActiveState=active\n\n${units.join('')}`;
const WEB = galaxyUnit('galaxy-gunicorn', 'active');
const RUNS = `${standing(WEB, galaxyUnit('galaxy-handler', 'active', 'NRestarts=7\n'))}@journal\n`;

describe('a Galaxy', () => {
  const variables = {
    galaxy_install_method: 'pypi',
    galaxy_manage_systemd: true,
    galaxy_layout: 'root-dir',
    galaxy_root: '/srv/galaxy',
    galaxy_config: { galaxy: { database_connection: 'postgresql:///galaxy?host=/var/run/postgresql' } },
  };
  test.each<[string, string, readonly string[]]>([
    ['whose jobs wait', `${RUNS}@jobs\nwait\tpulsar\tqueued\t3\t12\n`, ['galaxy/jobs-wait pulsar']],
    [
      'whose jobs were lost',
      `${RUNS}@jobs\nfail\tpulsar\t7\tRemote job server could not determine this job's state.\n`,
      ['galaxy/jobs-failed lost'],
    ],
    ['that was refused', `${RUNS}${WRONG_PASSWORD}@jobs\n`, ['galaxy/login-refused']],
    [
      'that was refused, and has sent a job since then',
      `${RUNS}${WRONG_PASSWORD}galaxy.jobs.runners.pulsar INFO (7/7) Pulsar job submitted with job_id 7\n@jobs\n`,
      [],
    ],
    [
      'whose user has too few permissions, as the newest line tells',
      `${RUNS}${WRONG_PASSWORD}${NO_ACCESS}@jobs\n`,
      ['galaxy/no-permission'],
    ],
    [
      "that can't resolve the broker's name",
      `${RUNS}kombu.exceptions.OperationalError: [Errno -2] Name or service not known\n@jobs\n`,
      ['galaxy/broker-unresolved'],
    ],
    [
      'that tries again and again to reach the broker',
      `${RUNS}pulsar.client.amqp_exchange WARNING Got OperationalError, will retry: [SSL: CERTIFICATE_VERIFY_FAILED]\n@jobs\n`,
      ['galaxy/broker-lost'],
    ],
    [
      'that misses another site of the network, with a traceback',
      `${RUNS}socket.gaierror: [Errno -2] Name or service not known\nurllib.error.URLError: <urlopen error [Errno -2] Name or service not known>\n@jobs\n`,
      [],
    ],
    [
      'that misses another site of the network',
      `${RUNS}requests.exceptions.ConnectionError: Failed to resolve 'github.com' ([Errno -2] Name or service not known)\n@jobs\n`,
      [],
    ],
    [
      'whose tool calls a program that is not there',
      `${RUNS}@jobs\nfail\tpulsar\t7\texit code 127, line 10: bwa: command not found\n`,
      ['galaxy/jobs-failed no-program'],
    ],
    [
      'whose job was killed',
      `${RUNS}@jobs\nfail\tpulsar\t7\texit code 137, Killed\n`,
      ['galaxy/jobs-failed memory'],
    ],
    ['that is well', `${RUNS}@jobs\n`, []],
    [
      'that does not run',
      `${standing(galaxyUnit('galaxy-gunicorn', 'inactive'), galaxyUnit('galaxy-handler', 'inactive'))}@journal\n@jobs\n`,
      ['galaxy/down'],
    ],
    [
      'that has forgotten jobs',
      `${RUNS}@jobs\nforgotten 8 bwa coming back\nagain 9 bwa coming back\n`,
      ['galaxy/jobs-forgotten'],
    ],
    [
      'one of whose handlers has stopped',
      `${standing(WEB, galaxyUnit('galaxy-handler@1', 'failed'))}last galaxy-handler@1.service KeyError: 'x'\n@journal\n@jobs\n`,
      ['galaxy/stopped galaxy-handler@1.service'],
    ],
    [
      'one of whose handlers is started again and again',
      `${standing(WEB, galaxyUnit('galaxy-handler', 'active', 'NRestarts=7\n').replace('@1000', '@4990'))}@journal\n@jobs\n`,
      ['galaxy/stopped galaxy-handler.service'],
    ],
  ])('%s', (_title, output, expected) =>
    expect(told(galaxy, variables, output)).toEqual(expected.map((id) => `${id} on gat-1.example.org`)),
  );

  test('does not send to apply for what systemd starts again and again', () => {
    const [examination] = declareRole(galaxy, variables).examinations;
    const young = galaxyUnit('galaxy-handler', 'active', 'NRestarts=7\n').replace('@1000', '@4990');
    const stdout = `${standing(WEB, young)}@journal\n@jobs\n`;
    expect(examination?.diagnose({ code: 0, stdout, stderr: '' })[0]?.fix).toMatch(
      /^ssh gat-1.example.org journalctl -u galaxy-handler.service -n 50 says what ends it/,
    );
  });

  test('says what a stopped part said last, and what follows from it', () => {
    const [examination] = declareRole(galaxy, variables).examinations;
    const of = (name: string) =>
      examination?.diagnose({
        code: 0,
        stdout: `${standing(WEB, galaxyUnit(name, 'failed'))}last ${name}.service KeyError: 'x'\n@journal\n@jobs\n`,
        stderr: '',
      })[0];
    expect(of('galaxy-handler')).toMatchObject({
      cause: 'galaxy-handler.service, a part of Galaxy, ends soon after each start',
      evidence: "galaxy-handler.service is failed: KeyError: 'x'",
      fix: 'gatdeploy apply galaxy',
      explains: ['galaxy/units', 'galaxy/pending', 'galaxy/consumers', 'galaxy/job', 'broker/queue'],
    });
    expect(of('galaxy-celery-beat')).toMatchObject({ explains: ['galaxy/units', 'galaxy/pending'] });
  });
});
