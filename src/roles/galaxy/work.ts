/** What Galaxy has in hand that a stop would spoil. */
import { type Script, sh } from '../../base/shell.ts';
import type { ServiceWork } from '../../resources/index.ts';
import type { HostContext } from '../role.ts';
import { appSection } from './config.ts';
import { databaseOf } from './database.ts';
import { jobConf, localRunners, runnersOf } from './destinations.ts';
import { textOf } from './dicts.ts';
import { filesOf } from './files.ts';
import { layoutOf } from './layout.ts';
import { PRINT_START } from './units.ts';
import type { GalaxyValues } from './vars.ts';

/** How to find out what the Galaxy of a host is at work on; undefined when its database is elsewhere. */
export function galaxyWork(v: GalaxyValues, host: HostContext): ServiceWork | undefined {
  const layout = layoutOf(v, host);
  const database = databaseOf(v, layout);
  if (database === undefined) return undefined;
  const galaxy = appSection(v, layout);
  const jobsDirectory =
    textOf(galaxy, 'jobs_directory') ??
    textOf(galaxy, 'job_working_directory') ??
    `${textOf(galaxy, 'data_dir') ?? ''}/jobs_directory`;
  const conf = jobConf(galaxy, filesOf(v, host));
  return workIn({ database, localRunners: localRunners(conf), runners: runnersOf(conf), jobsDirectory });
}

/** By then Galaxy has taken in nearly any job's results, once it has heard that they are there. */
const TAKEN_IN_MINUTES = 10;

type Places = {
  /** Galaxy's database on this host. */
  readonly database: string;
  /** Runners whose jobs are children of Galaxy itself. */
  readonly localRunners: readonly string[];
  /** All runners that there are from now on; undefined where that is not known. */
  readonly runners: readonly string[] | undefined;
  /** Where each job has its directory. */
  readonly jobsDirectory: string;
};

/**
 * Jobs of Galaxy's own host end with it, uploads included. Those of a cluster or a Pulsar go on, except while their results
 * are taken in: Pulsar says only once that a job has ended, so a Galaxy that is stopped after it has heard that and before it
 * is through would call the job running for ever. What Pulsar has sent back shows in the job's directory. Where it has been
 * for long, a Galaxy that hears nothing any more has not been told, and is once it has been restarted. A short job is queued until
 * Galaxy has taken it in: it never says that it runs. What came back before this Galaxy was started, and was not taken in soon
 * after, it does not know of: nothing of that is lost by another start. Such lines begin with `forgotten`, for the doctor.
 * Of a job whose runner is taken out Galaxy would not hear any more, once it has been started without it.
 */
export function workIn({ database, localRunners, runners, jobsDirectory }: Places): ServiceWork {
  const local = listed(localRunners);
  const gone = runners
    ? `when split_part(job_runner_name, ':', 1) not in (${listed([...runners, ...localRunners])}) then 'gone ' `
    : '';
  const query = `select case when job_runner_name in (${local}) then 'local ' ${gone}else 'remote ' end || id || ' ' || regexp_replace(tool_id, '\\s', '_', 'g') from job where state = 'running' or (state = 'queued' and job_runner_name not in (${local})) order by id`;
  return {
    calm: 'the lock of jobs (Admin, Manage Jobs) keeps new ones back, and is gone after the restart',
    list: sh`gd_start=$( ${PRINT_START} )
gd_forgotten=-false
test -z "$gd_start" || test "$(($(date +%s) - \${gd_start#@}))" -lt ${TAKEN_IN_MINUTES * 60} || gd_forgotten="! -newermt $gd_start"
test -z "$(${ask(database, "select to_regclass('job')")})" ||
${ask(database, query)} | while read -r gd_where gd_id gd_tool; do
  gd_folder=000
  test "$gd_id" -lt 1000 || gd_folder=$(printf '%.*s%s' $((3 - \${#gd_id} % 3)) 000 "\${gd_id%???}" | sed 's|...|/&|g;s|^/||')
  if test "$gd_where" = local; then echo "cut $gd_id $gd_tool on its own host"
  elif test "$gd_where" = gone; then echo "cut $gd_id $gd_tool by a runner that goes"
  else find ${jobsDirectory}/"$gd_folder/$gd_id"/metadata/tool_stdout -maxdepth 0 '(' $gd_forgotten -printf 'forgotten\\n' ')' -o '(' -mmin ${`+${TAKEN_IN_MINUTES}`} -printf 'again\\n' ')' -o -printf 'cut\\n' 2>/dev/null |
    sed "s|$| $gd_id $gd_tool coming back|"; fi
done`,
  };
}

/** As a list of SQL. */
function listed(names: readonly string[]): string {
  return names.map((one) => `'${one.replaceAll("'", "''")}'`).join(', ') || "''";
}

function ask(database: string, query: string): Script {
  return sh`runuser -u postgres -- psql -At -d ${database} -c ${query} </dev/null`;
}
