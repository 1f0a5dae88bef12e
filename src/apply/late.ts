/** Gives work that is decided on the controller its turn: it may run scripts and have further resources applied. */
import { GatError } from '../base/errors.ts';
import type { RunEvent } from '../base/events.ts';
import { maskKnown } from '../base/secret.ts';
import { type Script, sh } from '../base/shell.ts';
import { buildGraph } from '../graph/graph.ts';
import { newNonce } from '../plan/frame.ts';
import { type Decision, type Entry, makePlan } from '../plan/plan.ts';
import { parseProbe, renderProbe } from '../plan/probe.ts';
import type { Applied, LateContext, Looked, Resource, RestartPolicy, RunOutput } from '../resources/kind.ts';
import type { Work } from './board.ts';
import { scriptLost, stepLate } from './errors.ts';
import { runBatch, runReading } from './execute.ts';
import { oneLine } from './journal.ts';
import { preamble } from './preamble.ts';
import { summarize } from './summary.ts';
import { beginWatch, defineWatch } from './watch.ts';
import { asUserError, finish, type HostLink, newRun, type Run, tellLine } from './work.ts';

/** How much of each stream of a script is kept. */
const KEPT_BYTES = 4_194_304;

/** Nothing that is at work is cut off unless somebody asks for it. */
const DEFAULT_RESTARTS: RestartPolicy = { when: 'idle', waitMs: 600_000 };

/** Runs a resource's late work and notes how it ended. `runAll` works through a run; it comes from the caller. */
export async function runLate(run: Run, work: Work, runAll: (run: Run) => Promise<void>): Promise<void> {
  const { host, resource } = work.node;
  const link = run.options.hosts.get(host);
  const { late } = resource.kind;
  if (!link || !late) return;
  const { clock, emit } = run.options;
  const startedAt = clock();
  emit({ type: 'started', at: startedAt, host, resource: resource.id, summary: summarize(work.decision) });
  try {
    const { changed, summary, isDeferred } = await late(resource)(contextOf(run, link, work, runAll));
    const status = changed ? 'changed' : 'unchanged';
    finish(run, work, isDeferred ? 'deferred' : status, summary, { ms: clock() - startedAt });
  } catch (error) {
    const shown = asUserError(error);
    finish(run, work, 'failed', shown.what, { ms: clock() - startedAt, error: shown });
  }
}

function contextOf(run: Run, link: HostLink, work: Work, runAll: (run: Run) => Promise<void>): LateContext {
  return {
    restarts: run.options.restarts ?? DEFAULT_RESTARTS,
    clock: run.options.clock,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    lookNow: async (resources) => (await planInside(link, work.node.host, resources)).plan.entries.map(lookOf),
    run: (script, limitSeconds) => runScript(run, link, work, { script, limitSeconds }),
    applyNow: (resources) => applyInside(run, link, work, resources, runAll),
    statusOf: (one, host = work.node.host) => run.works.get(`${host}/${one.id}`)?.status,
    tell: (line) => tellLine(run, work, line),
    say: (text) =>
      run.options.emit({ type: 'warning', at: run.options.clock(), host: work.node.host, text: maskKnown(text) }),
    signal: run.options.signal,
  };
}

type Timed = { readonly script: Script; readonly limitSeconds: number | undefined };

/** Its output goes to files in the run's own folder, which only root can read, so that the streams stay apart. */
async function runScript(run: Run, link: HostLink, work: Work, timed: Timed): Promise<RunOutput> {
  const { resource } = work.node;
  const { script, limitSeconds = resource.kind.limitSeconds(resource) } = timed;
  const nonce = newNonce();
  const chunks: Buffer[] = [];
  const program = sh`gd_folder=$PWD
${preamble}
${defineWatch(nonce)}
${beginWatch}
( gd_mark ${limitSeconds} ${oneLine(resource.id)}
set -e
${script}
) </dev/null >"$gd_folder/stdout" 2>"$gd_folder/stderr"; gd_code=$?
: >"$gd_folder/step"
kill "$gd_watcher"
printf '\n@%s %s\n' ${nonce} "$gd_code"
head -c ${KEPT_BYTES} "$gd_folder/stdout" | base64 -w 0; echo
head -c ${KEPT_BYTES} "$gd_folder/stderr" | base64 -w 0; echo
rm -f -- "$gd_folder/stdout" "$gd_folder/stderr"
printf '@%s end\n' ${nonce}`;
  const result = await runBatch(run, link, program, (chunk) => chunks.push(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  const [, code, stdout = '', stderr = ''] =
    new RegExp(`@${nonce} (\\d+)\\n(.*)\\n(.*)\\n@${nonce} end\\n`).exec(text) ?? [];
  const late = new RegExp(`@${nonce} late\\n((?:was running: .*\\n)*)`).exec(text);
  if (late) throw stepLate(work.node, limitSeconds, maskKnown(late[1] ?? ''));
  if (code === undefined) throw scriptLost(work.node, maskKnown(result.stderr.toString('utf8').trim()));
  const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
  return { code: Number(code), stdout: decoded(stdout), stderr: decoded(stderr) };
}

/** Reads, plans and applies resources as a run inside the run: same leases, same identity, events told by the outer one. */
async function applyInside(
  run: Run,
  link: HostLink,
  work: Work,
  resources: readonly Resource[],
  runAll: (run: Run) => Promise<void>,
): Promise<readonly Applied[]> {
  const { host, resource: outer } = work.node;
  const { graph, plan } = await planInside(link, host, resources);
  const emit = (event: RunEvent): void => {
    if (event.type === 'output') run.options.emit({ ...event, resource: outer.id });
  };
  const inner: Run = {
    ...newRun({ ...run.options, graph, plan, emit, hosts: new Map([[host, link]]) }),
    id: run.id,
    batches: run.batches,
  };
  await runAll(inner);
  return [...graph.nodes.values()].map(({ key, resource }) => {
    const { status = 'skipped', summary = 'not started', error } = inner.results.get(key) ?? {};
    return { resource, status, summary, ...(error instanceof GatError && { error }) };
  });
}

/** Reads resources of a host and plans them, apart from all others. */
async function planInside(link: HostLink, host: string, resources: readonly Resource[]) {
  const graph = buildGraph([{ host, resources }]);
  const nodes = [...graph.nodes.values()];
  const nonce = newNonce();
  const probed = await runReading(link, renderProbe(nodes, nonce));
  return { graph, plan: makePlan(graph, parseProbe(nodes, probed.stdout, nonce)) };
}

/** Of a process that runs, a start means a restart, and so does what it has to load; one that has ended is cut off by nothing. */
export function lookOf(entry: Pick<Entry, 'observed'> & Decision): Looked {
  if (entry.status === 'same') return { status: 'same', stops: false };
  const { observed } = entry;
  if (typeof observed === 'object' && 'stopped' in observed && observed.stopped)
    return { status: 'differs', stops: false };
  const keys = entry.status === 'update' ? entry.differences.map(({ key }) => key) : ['running'];
  return { status: 'differs', stops: keys.includes('running') || keys.includes('loaded') };
}
