/** Finds the first hop that a job did not get past: Galaxy → broker → Pulsar → staging → tool → back, with the evidence. */
import { sh } from '../../base/shell.ts';
import type { Verdict } from '../check.ts';
import type { ProofContext } from '../proof.ts';
import type { Destination } from './destination.ts';
import type { JobState } from './job-state.ts';
import type { JobProofOptions } from './options.ts';

type Finding = { readonly hop: string; readonly evidence: string; readonly fix: string };

/** The verdict on a job that has failed, or that did not end in time. */
export async function diagnose(context: ProofContext, run: JobProofOptions, job: JobState): Promise<Verdict> {
  const found =
    toolFailed(job) ??
    (await brokerRefuses(context, run, job)) ??
    jobLost(job, run.destination) ??
    // A job that Galaxy has heard of since it was sent got past the queue.
    (job.state === 'running' ? undefined : await queueStands(context, run.destination)) ??
    (await pulsarStuck(context, run, job)) ??
    (await galaxySays(context, run, job));
  return { ok: false, got: `hop ${found.hop}: ${found.evidence}`, fix: found.fix };
}

/** Why a job need not be sent at all: nobody would take it. */
export async function foresee(
  context: ProofContext,
  { destination }: JobProofOptions,
): Promise<Verdict | undefined> {
  const found = await queueStands(context, destination);
  return found && { ok: false, got: `hop ${found.hop}: ${found.evidence}`, fix: found.fix };
}

/** The tool's own end: an exit code, and what it wrote. */
function toolFailed(job: JobState): Finding | undefined {
  if (job.state !== 'error' || !job.exit_code) return undefined;
  const said = lastLine(job.tool_stderr ?? job.stderr ?? '');
  return {
    hop: 'tool',
    evidence: `exit code ${job.exit_code}${said ? `, ${said}` : ''}`,
    fix: 'see that the tool and what it needs are on the PATH of Pulsar, or that conda may install them there',
  };
}

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
  { host, unit, destination }: JobProofOptions,
  job: JobState,
): Promise<Finding | undefined> {
  if (job.external_id || destination.queue === undefined) return undefined;
  const pattern =
    'ACCESS_REFUSED|NOT_ALLOWED|ConnectionRefused|Connection refused|SSLCertVerification|NotFound|ConnectionReset';
  const { stdout } = await context.ask(host, journal(unit, pattern));
  if (stdout.trim() === '') return undefined;
  return {
    hop: 'Galaxy to broker',
    evidence: lastLine(stdout),
    fix: `compare amqp_url in job_conf with ${destination.queue.user} and ${destination.queue.vhost} of the broker; gatdeploy verify shows its logins`,
  };
}

/** Messages that wait for a consumer. */
async function queueStands(
  context: ProofContext,
  { queue, queuePrefix }: Destination,
): Promise<Finding | undefined> {
  if (queue?.broker === undefined) return undefined;
  const ask = (): Promise<Standing> => askQueue(context, queue.broker ?? '', queue.vhost, `${queuePrefix}_setup`);
  let standing = await ask();
  // A Pulsar that is being restarted is back in a few seconds.
  for (let looks = 1; looks < LOOKS && standing.consumers === 0; looks++) {
    await context.pause(2000);
    standing = await ask();
  }
  const { refusal, messages, consumers } = standing;
  if (refusal !== undefined)
    return { hop: 'broker', evidence: refusal, fix: `ssh ${queue.broker} systemctl status rabbitmq-server` };
  if (consumers > 0) return undefined;
  return {
    hop: 'broker to Pulsar',
    evidence: `${queuePrefix}_setup in ${queue.vhost} has ${messages} messages and 0 consumers: Pulsar does not listen`,
    fix: 'gatdeploy apply pulsar restarts a Pulsar whose consumers have quit; gatdeploy verify pulsar shows its login',
  };
}

/** How often a queue without a consumer is looked at. */
const LOOKS = 4;

type Standing = { readonly refusal?: string; readonly messages: number; readonly consumers: number };

/** Parses lines such as `pulsar__setup	3	0`; a queue that is not there has neither messages nor consumers. */
async function askQueue(context: ProofContext, broker: string, vhost: string, name: string): Promise<Standing> {
  const list = sh`timeout 60 rabbitmqctl -q --no-table-headers list_queues -p ${vhost} name messages consumers </dev/null`;
  const { code, stdout, stderr } = await context.ask(broker, list);
  if (code !== 0)
    return { refusal: lastLine(stderr) || 'the broker does not answer', messages: 0, consumers: Number.NaN };
  const row = stdout
    .split('\n')
    .map((line) => line.split('\t'))
    .find(([one]) => one === name);
  return { messages: Number(row?.[1] ?? 0), consumers: Number(row?.[2] ?? 0) };
}

/** What Pulsar has done with the job: its folder, and what its journal says of it. */
async function pulsarStuck(
  context: ProofContext,
  { destination }: JobProofOptions,
  job: JobState,
): Promise<Finding | undefined> {
  const { jobsDirectory, pulsars } = destination;
  if (!jobsDirectory || !job.external_id) return undefined;
  const folder = `${jobsDirectory}/${job.external_id}`;
  const look = sh`test -d ${folder} || exit 3
ls -A -- ${folder}; echo "inputs $(ls -A -- ${`${folder}/inputs`} 2>/dev/null | wc -l)"; test -f ${`${folder}/return_code`} && echo ended
journalctl -q --since '-15 min' -o cat --grep '^\\S*(?:Error|Exception)\\b|^\\d.*(?:Error|Failed|refused|verif)' -n 5 -u 'pulsar*' --no-pager`;
  for (const host of pulsars) {
    const { code, stdout } = await context.ask(host, look);
    if (code !== 0) continue;
    const said = lastLine(stdout);
    const fix = `ssh ${host} journalctl -u pulsar -n 100; ssh ${host} ls -l ${folder}`;
    if (/^ended$/m.test(stdout))
      return { hop: 'back', evidence: `${folder} on ${host} has ended, but Galaxy has not got it: ${said}`, fix };
    if (/^inputs 0$/m.test(stdout))
      return { hop: 'staging', evidence: `${folder} on ${host} has no inputs yet: ${said}`, fix };
    return { hop: 'tool', evidence: `${folder} on ${host} has its inputs and no end: ${said}`, fix };
  }
  return undefined;
}

async function galaxySays(
  context: ProofContext,
  { host, unit }: JobProofOptions,
  job: JobState,
): Promise<Finding> {
  const { stdout } = await context.ask(host, journal(unit, 'ERROR|Exception|Remote job server|Failed'));
  const messages = Array.isArray(job.job_messages)
    ? job.job_messages.map((one) => JSON.stringify(one)).join(' ')
    : '';
  return {
    hop: 'Galaxy',
    evidence: `the job is ${job.state}${job.info ? `, ${job.info}` : ''}${messages ? `, ${messages}` : ''}; ${lastLine(stdout) || 'nothing in the journal'}`,
    fix: `ssh ${host} journalctl -u ${unit} -n 100`,
  };
}

function journal(unit: string, pattern: string) {
  return sh`journalctl -q -u ${unit} --since '-15 min' -o cat --no-pager --grep ${pattern} -n 5 || true`;
}

function lastLine(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').trim().slice(0, 300);
}
