/** What shows why Galaxy's jobs do not go out or do not come back. */
import { sh, steps } from '../../base/shell.ts';
import type { CheckOutput } from '../../verify/check.ts';
import type { Diagnosis, Examination } from '../../verify/doctor/examination.ts';
import { grepOf, linesAfter, NO_PERMISSION, readNewest, readSigns, type Sign } from '../../verify/doctor/signs.ts';
import { newestLines, ofRuns } from '../../verify/journal.ts';
import type { HostContext } from '../role.ts';
import { databaseOf } from './database.ts';
import { printJobs, readJobs } from './examine-jobs.ts';
import { layoutOf } from './layout.ts';
import { PRINT_STANDINGS, parseStandings, runsJobs, TARGET, UNITS, type UnitStanding, WEB_UNIT } from './units.ts';
import type { GalaxyValues } from './vars.ts';
import { galaxyWork } from './work.ts';

/** What shows on the way to the broker; the newest counts, and nothing any more once a job has gone out. */
const SENDING: readonly Sign[] = [
  {
    id: 'galaxy/no-permission',
    ...NO_PERMISSION,
    cause: "Galaxy's $3 may not use $1 in $2",
    explains: ['galaxy/consumers', 'galaxy/jobs', 'galaxy/job '],
  },
  {
    id: 'galaxy/login-refused',
    pattern: /ACCESS_REFUSED - Login/,
    place: 'Galaxy',
    cause: 'the broker refused the user and password of amqp_url; Galaxy does not listen again by itself',
    fix: 'gatdeploy apply galaxy gives both the same password, then galaxyctl restart',
    explains: ['galaxy/consumers', 'galaxy/jobs'],
  },
  {
    id: 'galaxy/no-vhost',
    pattern: /NOT_ALLOWED - vhost (\S+) not found/,
    place: 'Galaxy',
    cause: 'amqp_url asks for the virtual host $1, which is not on the broker (a slash too few or too many?)',
    fix: 'gatdeploy lint compares it with rabbitmq_vhosts',
    explains: ['galaxy/consumers', 'galaxy/jobs'],
  },
  {
    id: 'galaxy/broker-unresolved',
    // Not socket.gaierror alone: Galaxy also looks for other sites, such as those that tools are downloaded from.
    pattern:
      /kombu\.exceptions\.OperationalError: .*(?:Name or service not known|Temporary failure in name resolution|No address associated)/,
    place: 'way',
    cause: "the broker's name in amqp_url does not resolve on Galaxy's host",
    fix: 'see the host in amqp_url of job_conf; then DNS or /etc/hosts',
    explains: ['galaxy/consumers', 'galaxy/jobs'],
  },
  {
    id: 'galaxy/broker-unreachable',
    pattern:
      /kombu\.exceptions\.OperationalError: .*(?:timed out|No route to host|Network is unreachable|Connection refused)/,
    place: 'way',
    cause: "Galaxy's packets to the broker get no answer, or nothing listens there",
    fix: "gatdeploy verify galaxy says whether the broker listens on 5671; if so, open the port for Galaxy's host in all firewalls between",
    explains: ['galaxy/consumers', 'galaxy/jobs'],
  },
  {
    id: 'galaxy/broker-lost',
    pattern: /Got \w+, will retry: /,
    place: 'way',
    cause: 'Galaxy does not get its connections to the broker, and tries again and again',
    fix: 'gatdeploy verify galaxy says whether the broker listens, and with which certificate',
    // It gets them back by itself, and does not say so.
    needs: ['galaxy/consumers'],
    explains: ['galaxy/consumers', 'galaxy/jobs'],
  },
];

/** What Galaxy says once it has handed a job over to the broker. */
const SENT = /Pulsar job submitted with job_id/;

const SIGNS: readonly Sign[] = [
  {
    id: 'galaxy/runner-option',
    pattern: /Invalid job runner parameter.*/,
    place: 'Galaxy',
    cause: 'a runner in job_conf has an option that Galaxy does not know: $0',
    fix: 'gatdeploy lint names it and the nearest that is known',
  },
  {
    id: 'galaxy/database',
    pattern: /(?:psycopg2|sqlalchemy\.exc)\.OperationalError.*/,
    place: 'Galaxy',
    cause: 'Galaxy did not reach its database',
    fix: 'gatdeploy apply galaxy; systemctl status postgresql tells more',
    explains: ['galaxy'],
  },
  {
    id: 'galaxy/no-space',
    pattern: /No space left on device/,
    place: 'host',
    cause: 'Galaxy found no space left for data',
    fix: 'df -h shows what is full',
  },
];

const PATTERN = `${grepOf([...SENDING, ...SIGNS])}|${SENT.source}`;

/** Examines Galaxy's journal, and its database where that is on its host. */
export function galaxyExaminations(v: GalaxyValues, host: HostContext): readonly Examination[] {
  if (v.galaxy_install_method === 'existing' || !v.galaxy_manage_systemd) return [];
  const database = databaseOf(v, layoutOf(v, host));
  return [
    {
      id: 'galaxy',
      host: host.name,
      script: steps(
        PRINT_STANDINGS,
        sh`for gd_unit in $(systemctl show -p Wants --value -- ${TARGET}); do
  timeout 10 journalctl -q -u "$gd_unit" -n 60 -o cat --no-pager | grep -E '^[A-Za-z_.]+(Error|Exception):' | tail -n 1 | sed "s/^/last $gd_unit /"
done
printf '@journal\n'
${newestLines(PATTERN, 200, sh`--since "$gd_since" ${ofRuns(UNITS)}`)}`,
        sh`printf '@jobs\n'`,
        database !== undefined && printJobs(database),
        galaxyWork(v, host)?.list,
        sh`true`,
      ),
      diagnose: (output) => diagnose(output, host.name),
    },
  ];
}

function diagnose({ stdout }: CheckOutput, host: string): readonly Diagnosis[] {
  const [head = '', rest = ''] = stdout.split('@journal\n');
  const [journal = '', rows = ''] = rest.split('@jobs\n');
  const standings = parseStandings(head);
  const isUp = standings.some(({ name, isWell }) => name === WEB_UNIT && isWell);
  const stopped = standings.filter(
    ({ name, isWell }) => !isWell && name !== TARGET && (isUp || name === WEB_UNIT),
  );
  return [
    ...stopped.map((one) => notRunning(one, head, host)),
    ...(isUp ? [...readNewest(linesAfter(journal, SENT), SENDING, host), ...readSigns(journal, SIGNS, host)] : []),
    ...readJobs(rows, host),
  ];
}

/** Without its web process nothing of Galaxy is there; without another one, just what that does. */
function notRunning({ name, state, isMasked, isLooping }: UnitStanding, head: string, host: string): Diagnosis {
  const isWeb = name === WEB_UNIT;
  const last = new RegExp(`^last ${name.replaceAll('.', '[.]')} (.+)$`, 'm').exec(head)?.[1];
  const ends = isLooping || state === 'failed';
  const who = isWeb ? 'Galaxy' : `${name}, a part of Galaxy,`;
  return {
    id: isWeb ? 'galaxy/down' : `galaxy/stopped ${name}`,
    place: 'Galaxy',
    host,
    cause: `${who} ${ends ? 'ends soon after each start' : 'does not run'}`,
    evidence: `${name} is ${isMasked ? 'masked, ' : ''}${state || 'no such unit'}${last === undefined ? '' : `: ${last.slice(0, 250)}`}`,
    fix: fixOf(name, { isMasked, isLooping }, host),
    explains: isWeb
      ? ['galaxy', 'broker/queue', 'pulsar/staging-galaxy-down']
      : ['galaxy/units', 'galaxy/pending', ...(runsJobs(name) ? OF_JOBS : [])],
  };
}

/** What systemd starts again and again counts as running, so that apply has nothing to start. */
function fixOf(
  name: string,
  { isMasked, isLooping }: Pick<UnitStanding, 'isMasked' | 'isLooping'>,
  host: string,
): string {
  if (isMasked) return `ssh ${host} sudo systemctl unmask ${name}`;
  return isLooping
    ? `ssh ${host} journalctl -u ${name} -n 50 says what ends it; gatdeploy apply galaxy puts back what is not as declared`
    : 'gatdeploy apply galaxy';
}

/** What follows where nobody sends jobs out or takes them in. */
const OF_JOBS = ['galaxy/consumers', 'galaxy/job', 'broker/queue'];
