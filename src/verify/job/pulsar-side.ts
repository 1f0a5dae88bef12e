/** What Pulsar's host shows of a job: its folder, whether it waits for others there, and what Pulsar says of its way to the broker. */
import { sh } from '../../base/shell.ts';
import { newestLines, sinceOf } from '../journal.ts';
import type { ProofContext } from '../proof.ts';
import type { Destination } from './destination.ts';
import { type Finding, lastLine } from './finding.ts';
import type { JobState } from './job-state.ts';

/** Whether an id that Galaxy tells can be the name of a folder, and of nothing else. */
export function isFolderName(id: string | null | undefined): id is string {
  return /^\w+$/.test(id ?? '');
}

/** Prints the ids of jobs that are processes of Pulsar's host now. Pulsar keeps the number of each as JSON, and removes it at the end. */
const RUNNING = sh`for gd_pid in */pid; do ! kill -0 "$(tr -cd 0-9 2>/dev/null <"$gd_pid")" 2>/dev/null || printf ' %s' "\${gd_pid%/pid}"; done`;

/** What moves while a job goes on: its state, and its folder or, where it waits for others, which ones run. */
export async function signsOfLife(
  context: ProofContext,
  { jobsDirectory, pulsars }: Destination,
  { state, external_id: id }: JobState,
): Promise<string> {
  const folders = jobsDirectory && isFolderName(id) ? pulsars : [];
  const looks = folders.map(async (host) => {
    const look = sh`cd -- ${jobsDirectory ?? ''} && find ./${id ?? ''} -printf '%p %s %T@\n' 2>/dev/null | sort | cksum
test ! -e ./${id ?? ''}/command_line || { ${RUNNING}; }`;
    return (await context.ask(host, look)).stdout;
  });
  return [state, id, ...(await Promise.all(looks))].join(' ');
}

/** An error of Python, or a line of Pulsar's own log that tells one. */
const COMPLAINT = '^\\S*(?:Error|Exception)\\b|^\\d.*(?:Error|Failed|refused|verif)';

/** What Pulsar has complained of in this time it complains of now: it waits for half a minute at the most between two tries. */
const LATELY_MS = 60_000;

/** Whether Pulsar tries again and again, and in vain, to fetch a job's inputs or to send back what it has ended with. */
export async function keepsFailing(
  context: ProofContext,
  { jobsDirectory, pulsars }: Destination,
  { external_id: id }: JobState,
): Promise<boolean> {
  if (!jobsDirectory || !isFolderName(id)) return false;
  const complaint = newestLines(COMPLAINT, 1, sh`-u 'pulsar*' ${sinceOf(context, context.clock() - LATELY_MS)}`);
  const look = sh`cd -- ${`${jobsDirectory}/${id}`} 2>/dev/null || exit 0
if test -f return_code || test -z "$(ls -A inputs 2>/dev/null)"; then ${complaint}; fi`;
  const said = await Promise.all(pulsars.map(async (host) => (await context.ask(host, look)).stdout));
  return said.some((one) => one.trim() !== '');
}

/** What Galaxy says of a job of which Pulsar told that it failed. */
const REFUSED = /Remote job server indicated a problem/;

/** What Pulsar has done with the job, if it has heard of it. */
export async function pulsarStuck(
  context: ProofContext,
  { jobsDirectory, pulsars }: Destination,
  { job, sentAt }: { readonly job: JobState; readonly sentAt: number },
): Promise<Finding | undefined> {
  const id = job.external_id;
  if (!jobsDirectory || !isFolderName(id)) return undefined;
  const folder = `${jobsDirectory}/${id}`;
  const complaint = newestLines(COMPLAINT, 1, sh`-u 'pulsar*' ${sinceOf(context, sentAt)}`);
  const look = sh`cd -- ${folder} 2>/dev/null || { ${complaint}; exit 3; }
echo "inputs $(ls -A inputs 2>/dev/null | wc -l)"
if test -f preprocessing_failed; then echo unfetched; elif test -f return_code; then echo ended; fi
test ! -f command_line || { cd ..; printf 'waits'; ${RUNNING}; echo; }
printf '@said\\n'
${complaint}`;
  for (const host of pulsars) {
    const { code, stdout } = await context.ask(host, look);
    const journal = `ssh ${host} journalctl -u pulsar -n 100`;
    const isRefused = code === 3 && stdout.trim() !== '' && REFUSED.test(job.info ?? '');
    if (isRefused)
      return {
        hop: 'staging',
        evidence: `${folder} is not on ${host}, where Pulsar said: ${lastLine(stdout)}`,
        fix: `gatdeploy apply pulsar gives its folders to its user; ${journal}`,
      };
    if (code === 0)
      return stuckAt(`${folder} on ${host}`, stdout, { journal, list: `ssh ${host} ls -l ${folder}` });
  }
  return undefined;
}

type Commands = { readonly journal: string; readonly list: string };

/** What a look at a job's folder tells. */
function stuckAt(place: string, look: string, { journal, list }: Commands): Finding {
  const [shown = '', words = ''] = look.split('@said\n');
  const said = lastLine(words) || 'Pulsar says nothing of it';
  const fix = `gatdeploy verify pulsar says whether its way to Galaxy is open; ${journal}; ${list}`;
  if (/^unfetched$/m.test(shown))
    return { hop: 'staging', evidence: `${place} did not get its inputs: ${said}`, fix };
  if (/^ended$/m.test(shown))
    return { hop: 'back', evidence: `${place} has ended, but Galaxy has not got it: ${said}`, fix };
  if (/^inputs 0$/m.test(shown)) return { hop: 'staging', evidence: `${place} has no inputs yet: ${said}`, fix };
  const waits = /^waits(.*)$/m.exec(shown);
  if (!waits) return { hop: 'tool', evidence: `${place} has its inputs and no end: ${said}`, fix };
  const running = waits[1]?.trim() ?? '';
  return {
    hop: 'Pulsar',
    evidence: `${place} has its inputs and waits until Pulsar has room for it; ${running ? `now runs there: ${running}` : 'no job runs there now'}`,
    fix: running ? 'wait for these jobs, or raise num_concurrent_jobs of the manager and apply' : journal,
  };
}

/** Why a Pulsar does not listen, in its own words: those of the process that runs now, or that its unit does not run. */
export async function whyDeaf(context: ProofContext, pulsars: readonly string[]): Promise<string> {
  const look = sh`systemctl list-units --all --plain --no-legend 'pulsar*.service' | while read -r gd_unit gd_load gd_active gd_rest; do
case $gd_unit in *-cleanup.service) continue ;; esac
gd_said=$(timeout 20 journalctl -q -o cat --no-pager -n 1 --grep 'refused|not found|[Tt]imed out|[Uu]nreachable|CERTIFICATE|not known|resolution|[Rr]eset|quitting' _SYSTEMD_INVOCATION_ID="$(systemctl show -p InvocationID --value -- "$gd_unit")")
test "$gd_active" = active || gd_said=''
echo "$gd_unit is $gd_active\${gd_said:+, and said: $gd_said}"; done`;
  for (const host of pulsars) {
    const said = lastLine((await context.ask(host, look)).stdout);
    if (said) return `; on ${host} ${said}`;
  }
  return '';
}
