/** Jobs that come to a real Galaxy one after the other, as on a site that people work with. */
import { z } from 'zod';
import { Secret } from '../../src/base/secret.ts';
import { sh } from '../../src/base/shell.ts';
import { type Lab, labExec } from '../../src/lab/lab.ts';
import { ApiFault, type GalaxyApi, galaxyApi } from '../../src/verify/job/api.ts';
import { jobBench } from '../../src/verify/job/bench.ts';
import { isFinal } from '../../src/verify/job/waiting.ts';
import type { ProofContext } from '../../src/verify/proof.ts';

/** How a job ended, or in which state it stayed. */
export type StreamedJob = { readonly id: string; readonly state: string; readonly info: string };

export type JobStream = {
  /** Sends no more once two have been sent, and waits until all have ended, or until none has for `quietMs`. */
  stop(quietMs: number): Promise<readonly StreamedJob[]>;
};

/** Between two jobs: long enough for a moment now and then in which none is under way. */
const GAP_MS = 12_000;

/** A change may be made in no time: one job before it, one behind it. */
const LEAST = 2;

const jobs = z.array(z.looseObject({ id: z.string(), state: z.string(), tool_id: z.string() }));

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function contextOf(lab: Lab): ProofContext {
  return {
    ask: (host, script) => labExec(lab, host, script),
    tell: () => undefined,
    clock: () => performance.now(),
    pause,
  };
}

/** Opens a history with inputs, and sends the first job. */
export async function startJobs(lab: Lab, tool: string): Promise<JobStream> {
  const context = contextOf(lab);
  const api = galaxyApi(context, { host: 'galaxy', url: 'https://galaxy.lab.test' });
  const read = sh`sed -n 's/^ *bootstrap_admin_api_key: *//p' /srv/galaxy/config/galaxy.yml | tr -d "'\\""`;
  const bootstrap = new Secret((await labExec(lab, 'galaxy', read)).stdout.trim());
  const bench = jobBench();
  const { session, inputs } = await bench.open(context, api, bootstrap);
  const { key, history } = session;
  const send = () =>
    api({
      method: 'POST',
      path: '/api/tools',
      key,
      body: { history_id: history, tool_id: tool, inputs: { input: { src: 'hda', id: inputs.genome } } },
    });
  const list = async () => {
    const { json } = await api({ path: `/api/jobs?history_id=${history}&limit=500`, key });
    return jobs.parse(json).filter(({ tool_id }) => tool_id === tool);
  };
  let ended = false;
  let sent = 0;
  const goesOn = (): boolean => !ended || sent < LEAST;
  const sending = (async () => {
    while (goesOn()) {
      if (await unlessAway(send)) sent += 1;
      for (let waited = 0; waited < GAP_MS && goesOn(); waited += 500) await pause(500);
    }
  })();
  return {
    async stop(quietMs) {
      ended = true;
      await sending;
      const last = await settled(list, quietMs);
      const told = await Promise.all(last.map((job) => describe(api, bootstrap, job)));
      await bench.close(context);
      return told;
    },
  };
}

/** A Galaxy that is being restarted takes no job, and says so: whoever sends it tries again. */
async function unlessAway<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiFault && [0, 502, 503, 504].includes(error.answer.status)) return undefined;
    throw error;
  }
}

type Listed = z.infer<typeof jobs>;

/** All jobs once each has ended; or as they are when nothing has moved for too long. */
async function settled(list: () => Promise<Listed>, quietMs: number): Promise<Listed> {
  let before = '';
  let until = performance.now() + quietMs;
  for (;;) {
    const found = await unlessAway(list);
    const now = JSON.stringify(found?.map(({ state }) => state));
    if (now !== before) until = performance.now() + quietMs;
    before = now;
    if (found && (found.every(({ state }) => isFinal(state)) || performance.now() > until)) return found;
    if (performance.now() > until + quietMs) throw new Error('Galaxy does not answer any more');
    await pause(2000);
  }
}

/** What Galaxy tells of a job that did not end well. */
async function describe(api: GalaxyApi, key: Secret, { id, state }: Listed[number]): Promise<StreamedJob> {
  if (state === 'ok') return { id, state, info: '' };
  const { text } = await api({ path: `/api/jobs/${id}?full=true`, key });
  return { id, state, info: text.slice(0, 1500) };
}
