/** Sends a real job through Galaxy to the host that should run it, and looks at where it ran and what came back. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { sh } from '../../base/shell.ts';
import type { Verdict } from '../check.ts';
import type { Proof, ProofContext } from '../proof.ts';
import { ApiFault, type GalaxyApi, galaxyApi } from './api.ts';
import { type Inputs, UploadFault } from './bench.ts';
import type { Destination } from './destination.ts';
import { diagnose, foresee, galaxyComplains } from './diagnose.ts';
import { fasta, READ_COUNT } from './genome.ts';
import { type JobState, jobState } from './job-state.ts';
import type { JobProofOptions } from './options.ts';
import { isFolderName, keepsFailing, signsOfLife } from './pulsar-side.ts';
import type { JobSession } from './session.ts';
import { dataset, isFinal, waitFor } from './waiting.ts';

/** How long nothing may move: a busy host needs minutes for what a quiet one does in seconds. */
const QUIET_MS = 300_000;

/** The proof that a job runs where job_conf says. */
export function jobProof(options: JobProofOptions): Proof {
  const { host, tool, destination } = options;
  const broker = destination.queue?.broker;
  return {
    id: `galaxy/job ${tool} ${destination.environment}`,
    host,
    others: [...new Set([...(broker === undefined ? [] : [broker]), ...destination.pulsars])],
    title: `a job of ${tool} runs in the environment ${destination.environment}, and its output comes back`,
    asks: `an upload and a run of ${tool} through ${options.url}/api, then job, dataset and contents`,
    conduct: (context) => conduct(context, options),
    close: (context) => options.bench.close(context),
  };
}

async function conduct(context: ProofContext, options: JobProofOptions): Promise<Verdict> {
  const api = galaxyApi(context, options);
  const { bench, destination } = options;
  const begun = context.clock();
  const hopeless = bench.stuck.get(destination.environment) ?? (await foresee(context, options));
  if (hopeless) return hopeless;
  try {
    const { session, inputs } = await options.bench.open(context, api, options.bootstrapKey);
    return await runJob(context, { ...options, api, session, inputs });
  } catch (error) {
    if (error instanceof ApiFault) return refused(error, options);
    if (error instanceof UploadFault) return notUploaded(context, error, { ...options, begun });
    if (!(error instanceof z.ZodError)) throw error;
    return strange(error, options);
  }
}

async function notUploaded(
  context: ProofContext,
  fault: UploadFault,
  options: JobProofOptions & { readonly begun: number },
): Promise<Verdict> {
  const { host, units, begun } = options;
  const said = await galaxyComplains(context, options, begun);
  return {
    ok: false,
    got: `hop Galaxy: ${fault.message}, and no job has left Galaxy's host yet${said && `: ${said}`}`,
    fix: `ssh ${host} journalctl -u '${units}' -n 50; jobs of Galaxy's own host do not run; gatdeploy doctor says whether a disk is full`,
  };
}

/** Galaxy itself did not do what it was asked. */
function refused(fault: ApiFault, { host, units }: JobProofOptions): Verdict {
  const { status } = fault.answer;
  const fix =
    status === 401 || status === 403
      ? 'set bootstrap_admin_api_key in galaxy_config.galaxy (from the vault) and apply'
      : `ssh ${host} journalctl -u '${units}' -n 50`;
  return { ok: false, got: `hop Galaxy: ${fault.message}`, fix };
}

/** Something answered, but not as Galaxy's API does: another program, a proxy, a Galaxy of another age. */
function strange(error: z.ZodError, { url, host, units }: JobProofOptions): Verdict {
  const [issue] = error.issues;
  return {
    ok: false,
    got: `hop Galaxy: ${url} does not answer as Galaxy's API does: ${issue?.path.join('.') || 'the answer'}: ${issue?.message}`,
    fix: `ssh ${host} journalctl -u '${units}' -n 50; see that ${url} leads to Galaxy itself`,
  };
}

type Run = JobProofOptions & { readonly api: GalaxyApi; readonly session: JobSession; readonly inputs: Inputs };

async function runJob(context: ProofContext, run: Run): Promise<Verdict> {
  const startedAt = context.clock();
  const job = await submit(run);
  const last = await waitForJob(context, run, job.id);
  const seconds = (context.clock() - startedAt) / 1000;
  if (last.state !== 'ok') {
    const told = { ...last, info: await infoOf(run, job.outputs[0]) };
    const verdict = await diagnose(context, run, { job: told, sentAt: startedAt });
    // A job that still waits would run, and send its output, long after anybody wants it.
    if (!isFinal(last.state)) {
      await run.api({ method: 'DELETE', path: `/api/jobs/${job.id}`, key: run.session.key });
      const got = `${verdict.got} (the job of ${run.tool} that was there first)`;
      run.bench.stuck.set(run.destination.environment, { ...verdict, got });
    }
    return verdict;
  }
  const runner = await runnerOf(run, job.id);
  const text = await contentOf(run, job.outputs.at(-1) ?? '');
  await tidyUp(context, run.destination, last);
  return judge({ run, job: last, runner, text, seconds: seconds.toFixed(0) });
}

async function infoOf({ api, session }: Run, output = ''): Promise<string> {
  const { json } = await api({ path: `/api/datasets/${output}`, key: session.key });
  return dataset.parse(json).misc_info ?? '';
}

/** Nobody else removes the folder of a job that came by a message queue. What its user could not remove, stays. */
async function tidyUp(
  context: ProofContext,
  { jobsDirectory, pulsars }: Destination,
  { external_id: id }: JobState,
): Promise<void> {
  if (!jobsDirectory || !isFolderName(id)) return;
  const folder = `${jobsDirectory}/${id}`;
  for (const host of pulsars)
    await context.ask(
      host,
      sh`test ! -e ${`${folder}/final_status`} || runuser -u "$(stat -c %U ${folder})" -- rm -rf -- ${folder}`,
    );
}

async function submit(run: Run) {
  const hda = (id: string) => ({ src: 'hda', id });
  const { genome, reads } = run.inputs;
  const inputs = run.does === 'count' ? { input: hda(genome) } : { reference: hda(genome), reads: hda(reads) };
  const body = { history_id: run.session.history, tool_id: run.tool, inputs };
  const { json } = await run.api({ method: 'POST', path: '/api/tools', key: run.session.key, body });
  const made = z.object({ jobs: z.array(dataset), outputs: z.array(dataset) }).parse(json);
  return { id: made.jobs[0]?.id ?? '', outputs: made.outputs.map(({ id }) => id) };
}

/** Tells each new state, and waits for the last one, or until nothing moves any more. */
async function waitForJob(context: ProofContext, run: Run, id: string): Promise<JobState> {
  let told = '';
  return waitFor(
    context,
    {
      quietMs: QUIET_MS,
      signs: (job) => signsOfLife(context, run.destination, job),
      isFutile: (job) => keepsFailing(context, run.destination, job),
    },
    async () => {
      const answer = await run.api({ path: `/api/jobs/${id}?full=true`, key: run.bootstrapKey });
      const job = jobState.parse(answer.json);
      if (job.state !== told) context.tell(`the job of ${run.tool} is ${job.state}`);
      told = job.state;
      return job;
    },
    (job) => isFinal(job.state),
  );
}

/** Which runner ran a job; only administrators are told. */
async function runnerOf({ api, bootstrapKey }: Run, id: string): Promise<string> {
  const { json } = await api({ path: `/api/jobs/${id}/destination_params`, key: bootstrapKey });
  return z.looseObject({ Runner: z.string().nullish() }).parse(json).Runner ?? 'none';
}

async function contentOf({ api, session }: Run, id: string): Promise<string> {
  const path = `/api/histories/${session.history}/contents/${id}/display?to_ext=txt`;
  return (await api({ path, key: session.key })).text;
}

/** Compares runner, place, exit code and contents with what they must be. */
function judge(of: {
  readonly run: Run;
  readonly job: JobState;
  readonly runner: string;
  readonly text: string;
  readonly seconds: string;
}): Verdict {
  const { run, job, runner, text, seconds } = of;
  const { destination } = run;
  const said = (word: string) => new RegExp(`^${word} (.+)$`, 'm').exec(text)?.[1] ?? 'nothing';
  const wrong = [
    runner === destination.runner ? '' : `runner ${runner}, not ${destination.runner}`,
    job.exit_code === 0 ? '' : `exit code ${job.exit_code}`,
    destination.jobsDirectory && !said('cwd').startsWith(`${destination.jobsDirectory}/`)
      ? `it ran in ${said('cwd')}, not below ${destination.jobsDirectory}`
      : '',
    run.does === 'count' ? wrongCount(said) : wrongMapping(text),
  ].filter(Boolean);
  const where = `on ${said('host')} as ${said('user')} by ${runner}`;
  if (wrong.length === 0) return { ok: true, got: `ran ${where}, exit code 0, right output, in ${seconds} s` };
  return {
    ok: false,
    got: `hop back: ran ${where}, but ${wrong.join('; ')}`,
    fix: 'compare job_conf with what Galaxy has loaded: apply again restarts it when it must',
  };
}

function wrongCount(said: (word: string) => string): string {
  const text = fasta();
  const digest = createHash('sha256').update(text).digest('hex');
  const lines = text.split('\n').length - 1;
  return said('sha256') === digest && said('lines') === `${lines}` ? '' : 'the input that it read is another one';
}

function wrongMapping(text: string): string {
  const mapped = /^(\d+) \+ \d+ mapped \(100\.00%/m.exec(text)?.[1];
  return Number(mapped) >= READ_COUNT ? '' : 'not all reads were mapped';
}
