/** Finds the first hop that a job did not get past: Galaxy → broker → Pulsar → staging → tool → back, with the evidence. */
import { sh } from '../../base/shell.ts';
import type { Verdict } from '../check.ts';
import { newestLines, sinceOf } from '../journal.ts';
import type { ProofContext } from '../proof.ts';
import type { Destination } from './destination.ts';
import { type Finding, lastLine, verdictOf } from './finding.ts';
import type { JobState } from './job-state.ts';
import type { JobProofOptions } from './options.ts';
import { pulsarStuck } from './pulsar-side.ts';
import { BROKER_ERROR, queuesStand } from './queue-standing.ts';

/** A job that has failed, or that did not end in time. */
type Sent = {
  readonly job: JobState;
  /** When it was sent, by the context's clock: what journals say from before is about something else. */
  readonly sentAt: number;
};

/** The verdict on a job that has failed, or that did not end in time. */
export async function diagnose(context: ProofContext, run: JobProofOptions, sent: Sent): Promise<Verdict> {
  const { job } = sent;
  const found =
    toolFailed(job) ??
    (await brokerRefuses(context, run, sent)) ??
    jobLost(job, run.destination) ??
    // A job that Galaxy has heard of since it was sent got past the queue.
    (job.state === 'running' ? undefined : await queuesStand(context, run)) ??
    (await stuckBeyond(context, run, sent)) ??
    (await galaxySays(context, run, sent));
  return verdictOf(found);
}

/** Why a job need not be sent at all: nobody would take it, or hear of it. */
export async function foresee(context: ProofContext, run: JobProofOptions): Promise<Verdict | undefined> {
  const found = await queuesStand(context, run);
  return found && verdictOf(found);
}

/** The tool's own end: an exit code, and what it wrote. */
function toolFailed(job: JobState): Finding | undefined {
  if (job.state !== 'error' || !job.exit_code) return undefined;
  const said = lastLine(job.tool_stderr ?? job.stderr ?? '');
  return {
    hop: 'tool',
    evidence: `exit code ${job.exit_code}${said ? `, ${said}` : ''}`,
    fix:
      FIX_OF_EXIT[job.exit_code] ??
      'see that what the tool needs is there for the user of Pulsar, and is not too old',
  };
}

/** What two exit codes mean that a shell gives. See sh(1p), "Exit Status for Commands". */
const FIX_OF_EXIT: Readonly<Record<number, string>> = {
  127: 'put what the tool calls on the PATH of Pulsar (packages_present), or let conda install it there (auto_install)',
  137: 'the job was killed, as the kernel does when memory runs out: raise pulsar_systemd_memory_limit, or let fewer jobs run at once',
};

/** Pulsar does not know the job any more: it was stopped while the job ran as its own child. */
function jobLost(job: JobState, { pulsars }: Destination): Finding | undefined {
  const said = job.info ?? '';
  if (!/could not determine this job's state/i.test(said)) return undefined;
  return {
    hop: 'Pulsar',
    evidence: 'Pulsar lost the job: it was stopped while it ran the job itself',
    fix: `restart it by gatdeploy apply pulsar, which waits for jobs; journalctl -u pulsar${pulsars[0] ? ` on ${pulsars[0]}` : ''} shows when it was stopped`,
  };
}

/** A job that Galaxy has not handed over: its journal says what the broker told it. */
async function brokerRefuses(
  context: ProofContext,
  run: JobProofOptions,
  { job, sentAt }: Sent,
): Promise<Finding | undefined> {
  const { queue } = run.destination;
  if (job.external_id || queue === undefined) return undefined;
  const said = await galaxyJournal(context, run, BROKER_ERROR, sentAt);
  if (said === '') return undefined;
  return {
    hop: 'Galaxy to broker',
    evidence: said,
    fix: `compare amqp_url in job_conf with ${queue.user} and ${queue.vhost} of the broker; gatdeploy verify shows its logins`,
  };
}

async function galaxySays(context: ProofContext, run: JobProofOptions, { job, sentAt }: Sent): Promise<Finding> {
  const said = await galaxyComplains(context, run, sentAt);
  const messages = Array.isArray(job.job_messages)
    ? job.job_messages.map((one) => JSON.stringify(one)).join(' ')
    : '';
  return {
    hop: 'Galaxy',
    evidence: `the job is ${job.state}${job.info ? `, ${job.info}` : ''}${messages ? `, ${messages}` : ''}; ${said || 'nothing in the journal'}`,
    fix: `ssh ${run.host} journalctl -u '${run.units}' -n 100`,
  };
}

/** Where Pulsar shows a job that did not come back, Galaxy may have complained, too. */
async function stuckBeyond(context: ProofContext, run: JobProofOptions, sent: Sent): Promise<Finding | undefined> {
  const found = await pulsarStuck(context, run.destination, sent);
  if (found?.hop !== 'back') return found;
  const said = await galaxyComplains(context, run, sent.sentAt);
  return said === '' ? found : { ...found, evidence: `${found.evidence}; Galaxy said: ${said}` };
}

/** What Galaxy complained of last since then; nothing where it did not. What the system refused it is the cause of what follows. */
export async function galaxyComplains(
  context: ProofContext,
  { host, units }: JobProofOptions,
  sentAt: number,
): Promise<string> {
  const complaint = 'ERROR|Remote job server|^[A-Za-z_.]+(?:Error|Exception|Refused|Allowed)\\b';
  const look = newestLines(complaint, 20, sh`-u ${units} ${sinceOf(context, sentAt)}`);
  const { stdout } = await context.ask(host, look);
  return lastLine(stdout.split('\n').findLast((line) => /\[Errno \d+\]/.test(line)) ?? stdout);
}

/** The newest line of Galaxy's journal that matches. */
async function galaxyJournal(
  context: ProofContext,
  { host, units }: JobProofOptions,
  pattern: string,
  sentAt: number,
): Promise<string> {
  const since = sh`-u ${units} ${sinceOf(context, sentAt)}`;
  return lastLine((await context.ask(host, newestLines(pattern, 1, since))).stdout);
}
