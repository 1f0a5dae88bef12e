/** Runs programs on a host to their end, over as many connections as that takes. */
import { GatError } from '../base/errors.ts';
import { type Script, sh, steps } from '../base/shell.ts';
import type { Connection, ExecResult } from '../transport/connection.ts';
import { attach, detached, HAS_STARTED, NEVER_STARTED } from './detached.ts';
import { guard } from './lease.ts';
import { keepPrevious } from './previous.ts';
import type { HostLink, Run } from './work.ts';

/** Tells a program where its own folder is, and where to note files that it has half made. */
const inFolder = sh`gd_folder=$PWD; gd_temps=$PWD/temps`;

/** Output beyond this is for the reader alone; the result keeps the ends. */
const KEPT_BYTES = 65_536;

/** Runs a batch that outlives its connection; after a break its output goes on where it stopped. */
export async function runBatch(
  run: Run,
  link: HostLink,
  program: Script,
  reader: (chunk: Buffer) => void,
): Promise<ExecResult> {
  const place = { run: run.id, batch: run.batches.sent++ };
  let offset = 0;
  const exec = (script: Script): Promise<ExecResult> =>
    link.connection.exec({
      script,
      become: link.become,
      maxOutputBytes: KEPT_BYTES,
      onOutput: (chunk, stream) => {
        if (stream !== 'stdout') return;
        offset += chunk.length;
        reader(chunk);
      },
    });
  const start = detached(steps(inFolder, guard(run.id), keepPrevious(run.id), program), place);
  let result = await unlessLost(link, () => exec(start));
  while (!result || result.code === HAS_STARTED) {
    const attached = await unlessLost(link, () => exec(attach(place, offset)));
    const started = attached?.code !== NEVER_STARTED;
    result = started ? attached : await unlessLost(link, () => exec(start));
  }
  return result;
}

/** Runs a program that only reads, again after a break. */
export async function runReading(link: HostLink, script: Script): Promise<ExecResult> {
  for (;;) {
    const result = await unlessLost(link, () => link.connection.exec({ script, become: link.become }));
    if (result) return result;
  }
}

/** Undefined when the connection broke and there is a new one; any other error is thrown on. */
async function unlessLost(link: HostLink, task: () => Promise<ExecResult>): Promise<ExecResult | undefined> {
  const used = link.connection;
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof GatError) || error.code !== 'ssh/lost' || !link.reconnect) throw error;
    if (link.connection === used) await renew(link, link.reconnect);
    return undefined;
  }
}

/** What runs on the same host at the same time shares one new connection. */
function renew(link: HostLink, reconnect: () => Promise<Connection>): Promise<void> {
  link.renewing ??= reconnect()
    .then((connection) => {
      link.connection = connection;
    })
    .finally(() => {
      link.renewing = undefined;
    });
  return link.renewing;
}
