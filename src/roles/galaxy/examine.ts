/** What shows why Galaxy's jobs do not go out or do not come back. */
import { type Script, sh, steps } from '../../base/shell.ts';
import type { CheckOutput } from '../../verify/check.ts';
import type { Diagnosis, Examination } from '../../verify/doctor/examination.ts';
import { grepOf, linesAfter, NO_PERMISSION, readNewest, readSigns, type Sign } from '../../verify/doctor/signs.ts';
import { newestLines, ofRuns } from '../../verify/journal.ts';
import type { HostContext } from '../role.ts';
import { databaseOf } from './database.ts';
import { layoutOf } from './layout.ts';
import { PRINT_STANDINGS, parseStandings, runsJobs, TARGET, UNITS, type UnitStanding, WEB_UNIT } from './units.ts';
import type { GalaxyValues } from './vars.ts';

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
        database !== undefined && jobs(database),
        sh`true`,
      ),
      diagnose: (output) => diagnose(output, host.name),
    },
  ];
}

/** Prints jobs that have waited for five minutes and more, and how those ended that failed since then. */
function jobs(database: string): Script {
  const age = `extract(epoch from (now() at time zone 'utc') - min(update_time))::int / 60`;
  const waiting = `select 'wait', coalesce(destination_id, 'no environment yet'), state, count(*), ${age} from job where state in ('new', 'queued') and update_time < (now() at time zone 'utc') - interval '5 minutes' group by 2, 3`;
  const failed = `select 'fail', coalesce(destination_id, ''), id, regexp_replace(concat_ws(' ', 'exit code ' || exit_code || ',', info, right(tool_stderr, 150)), '\\s+', ' ', 'g') from job where state = 'error' and update_time > (now() at time zone 'utc') - (:'seconds' || ' seconds')::interval order by id desc limit 50`;
  return sh`gd_seconds=\${gd_since#-}
printf '%s;\n%s;\n' ${waiting} ${failed} | timeout 30 runuser -u postgres -- psql -At -F '	' -d ${database} -v seconds="\${gd_seconds%s}"`;
}

const FAILURES: readonly (readonly [id: string, pattern: RegExp, cause: string, fix: string])[] = [
  [
    'lost',
    /could not determine this job's state/i,
    'Pulsar lost a job: it was stopped while it ran the job itself',
    'restart Pulsar through gatdeploy apply, which waits for jobs; or run jobs in a cluster, where they go on',
  ],
  [
    'killed',
    /killed when Galaxy was restarted/i,
    'a job of its own host ended as Galaxy was restarted',
    'restart Galaxy through gatdeploy apply, which waits for such jobs',
  ],
  [
    'no-program',
    /^exit code 127,/,
    'a tool calls a program that is not there where the job ran',
    'install it on that host (packages_present of a Pulsar), or let conda bring it (auto_install of its dependency_resolution)',
  ],
  [
    'memory',
    /^exit code 137,/,
    'a job was killed where it ran, as the kernel does when memory runs out',
    'raise pulsar_systemd_memory_limit of the Pulsar, or let fewer jobs run at once (num_concurrent_jobs)',
  ],
  [
    'remote',
    /Remote job server indicated a problem/i,
    'Pulsar could not fetch the inputs of a job, run it or send its outputs',
    'gatdeploy doctor pulsar --since 1d says which; journalctl -u pulsar on its host has the whole story',
  ],
];

function diagnose({ stdout }: CheckOutput, host: string): readonly Diagnosis[] {
  const [head = '', rest = ''] = stdout.split('@journal\n');
  const [journal = '', rows = ''] = rest.split('@jobs\n');
  const table = rows.split('\n').map((line) => line.split('\t'));
  const standings = parseStandings(head);
  const isUp = standings.some(({ name, isWell }) => name === WEB_UNIT && isWell);
  const stopped = standings.filter(
    ({ name, isWell }) => !isWell && name !== TARGET && (isUp || name === WEB_UNIT),
  );
  return [
    ...stopped.map((one) => notRunning(one, head, host)),
    ...(isUp ? [...readNewest(linesAfter(journal, SENT), SENDING, host), ...readSigns(journal, SIGNS, host)] : []),
    ...table.flatMap((row) => waits(row, host)),
    ...failures(table, host),
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

function waits(
  [what, environment = '', state = '', number = '', minutes = '']: readonly string[],
  host: string,
): readonly Diagnosis[] {
  if (what !== 'wait') return [];
  return [
    {
      id: `galaxy/jobs-wait ${environment}`,
      place: 'Galaxy',
      host,
      cause: `jobs for ${environment} are ${state} and do not go on`,
      evidence: `${number} jobs, the oldest for ${minutes} minutes`,
      fix: 'gatdeploy verify galaxy --job sends a job there and names the hop that it does not get past',
    },
  ];
}

function failures(table: readonly (readonly string[])[], host: string): readonly Diagnosis[] {
  const failed = table.filter(([what]) => what === 'fail');
  return FAILURES.flatMap(([kind, pattern, cause, fix]): Diagnosis[] => {
    const rows = failed.filter(([, , , said = '']) => pattern.test(said));
    const [, environment = '', id = '', said = ''] = rows[0] ?? [];
    if (id === '') return [];
    const evidence = `${rows.length} times, the last job ${id} of ${environment}: ${said.slice(0, 200)}`;
    return [{ id: `galaxy/jobs-failed ${kind}`, place: 'Galaxy', host, cause, evidence, fix }];
  });
}
