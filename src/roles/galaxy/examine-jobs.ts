/** What Galaxy's jobs show: those that wait, those that have failed, those that it has forgotten. */
import { type Script, sh } from '../../base/shell.ts';
import type { Diagnosis } from '../../verify/doctor/examination.ts';

/** Prints jobs that have waited for five minutes and more, and how those ended that failed since then. */
export function printJobs(database: string): Script {
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

/** Reads what `printJobs` and the list of Galaxy's work have printed. */
export function readJobs(rows: string, host: string): readonly Diagnosis[] {
  const table = rows.split('\n').map((line) => line.split('\t'));
  return [...table.flatMap((row) => waits(row, host)), ...failures(table, host), ...forgotten(rows, host)];
}

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
    const evidence = `${rows.length === 1 ? 'once' : `${rows.length} times`}, the last job ${id} of ${environment}: ${said.slice(0, 200)}`;
    return [{ id: `galaxy/jobs-failed ${kind}`, place: 'Galaxy', host, cause, evidence, fix }];
  });
}

/** Pulsar says only once that a job has ended. Whoever stops Galaxy just then leaves it a job that runs for ever. */
function forgotten(rows: string, host: string): readonly Diagnosis[] {
  const ids = [...rows.matchAll(/^forgotten (\d+) /gm)].map(([, id = '']) => id);
  if (ids.length === 0) return [];
  return [
    {
      id: 'galaxy/jobs-forgotten',
      place: 'Galaxy',
      host,
      cause: 'Galaxy calls jobs running whose results came back long ago: it was stopped just as it heard of them',
      evidence: `${ids.length === 1 ? 'job' : 'jobs'} ${ids.slice(0, 20).join(', ')}${ids.length > 20 ? ` and ${ids.length - 20} more` : ''}`,
      fix: 'end them (Admin, Manage Jobs) and run them again; gatdeploy apply galaxy restarts Galaxy only when it takes nothing in',
    },
  ];
}
