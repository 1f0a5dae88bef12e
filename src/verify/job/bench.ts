/** What the jobs of a proof share in Galaxy: one user, one history and one upload, made for the first job and removed after the last. */
import { z } from 'zod';
import type { Text } from '../../base/secret.ts';
import type { Verdict } from '../check.ts';
import type { ProofContext } from '../proof.ts';
import type { GalaxyApi } from './api.ts';
import { fasta, fastq } from './genome.ts';
import { type JobSession, openJobSession } from './session.ts';
import { dataset, isFinal, waitFor } from './waiting.ts';

/** The datasets that tools read, by their ids in Galaxy. */
export type Inputs = { readonly genome: string; readonly reads: string };

export type JobBench = {
  /** @throws ApiFault, UploadFault */
  open(context: ProofContext, api: GalaxyApi, key: Text): Promise<{ session: JobSession; inputs: Inputs }>;
  /** Per environment, what was found of a job that never ended there: another one would only wait as long. */
  readonly stuck: Map<string, Verdict>;
  /** Removes all of it; jobs that still run there are ended. */
  close(context: ProofContext): Promise<void>;
};

/** The inputs did not get into Galaxy, whose uploads run on its own host. */
export class UploadFault extends Error {}

/** Patience with an upload: a busy host needs minutes for what a quiet one does in seconds. */
const UPLOAD = { quietMs: 300_000, signs: (state: string) => state };

/** Makes a bench; nothing is asked before it is opened. */
export function jobBench(): JobBench {
  let session: JobSession | undefined;
  let inputs: Inputs | undefined;
  return {
    stuck: new Map(),
    async open(context, api, key) {
      session ??= await openJobSession(api, key);
      inputs ??= await upload(context, api, session);
      return { session, inputs };
    },
    async close(context) {
      const open = session;
      [session, inputs] = [undefined, undefined];
      await open?.close().catch((error: unknown) => context.tell(`not removed: ${String(error)}`));
    },
  };
}

async function upload(context: ProofContext, api: GalaxyApi, { key, history }: JobSession): Promise<Inputs> {
  const item = (name: string, ext: string, content: string) => ({
    src: 'pasted',
    paste_content: content,
    name,
    ext,
    dbkey: '?',
  });
  const items = [item('genome', 'fasta', fasta()), item('reads', 'fastqsanger', fastq())];
  const body = { history_id: history, targets: [{ destination: { type: 'hdas' }, items }] };
  const { json } = await api({ method: 'POST', path: '/api/tools/fetch', key, body });
  const [genome = '', reads = ''] = z
    .object({ outputs: z.array(dataset) })
    .parse(json)
    .outputs.map(({ id }) => id);
  for (const id of [genome, reads]) {
    const look = async () => dataset.parse((await api({ path: `/api/datasets/${id}`, key })).json).state ?? '';
    const state = await waitFor(context, UPLOAD, look, isFinal);
    if (state !== 'ok') throw new UploadFault(`the upload of the input is ${state}`);
  }
  return { genome, reads };
}
