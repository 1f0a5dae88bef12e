/** Runs steps of one host as one program and notes how each ended. */
import { maskKnown } from '../base/secret.ts';
import { type Script, steps } from '../base/shell.ts';
import { newNonce } from '../plan/frame.ts';
import type { Decision } from '../plan/plan.ts';
import type { Change, CommonProps, State } from '../resources/kind.ts';
import { batchReader, renderBatch, type Step, type StepEnd } from './batch.ts';
import type { Work } from './board.ts';
import { leaseLost, stepFailed, stepLate, stepLost, wayInLost } from './errors.ts';
import { runBatch } from './execute.ts';
import { LEASE_LOST } from './lease.ts';
import { forgetMade, noteMade } from './made.ts';
import { summarize } from './summary.ts';
import { arm, guardsWayIn, tryWaysIn } from './way-in.ts';
import { asUserError, finish, type HostLink, type Run, tellLine } from './work.ts';

/** The work of one step: a resource, or several of a bulk kind; and the works of earlier steps that it follows. */
export type StepWork = { readonly works: readonly Work[]; readonly needs: readonly Work[] };

/** Runs steps in one program; a bulk step that fails is tried again one resource at a time, so that one can't spoil all. */
export async function runSteps(run: Run, host: string, stepWorks: readonly StepWork[]): Promise<void> {
  const link = run.options.hosts.get(host);
  if (!link) return;
  const nonce = newNonce();
  const names = new Map(
    stepWorks.flatMap(({ works }, index) => works.map((work) => [work, `s${index}`] as const)),
  );
  const batch = stepWorks.map((stepWork, index) => toStep(run, link, stepWork, { name: `s${index}`, names }));
  const startedAt = new Map<string, number>();
  const again: StepWork[] = [];
  const worksOf = (name: string): readonly Work[] => stepWorks[Number(name.slice(1))]?.works ?? [];
  const outside: string[] = [];
  const reader = batchReader(nonce, {
    begin: (name) => {
      startedAt.set(name, run.options.clock());
      for (const work of worksOf(name)) tellStart(run, work);
    },
    line: (name, line) => tellLine(run, worksOf(name)[0], line),
    end: (end) => {
      const works = worksOf(end.name);
      const arrived = run.options.clock() - (startedAt.get(end.name) ?? run.options.clock());
      const ms = end.seconds === undefined ? arrived : end.seconds * 1000;
      if (typeof end.code === 'number' && end.code !== 0 && !end.isLate && works.length > 1) {
        again.push(...works.map((work) => ({ works: [work], needs: [] })));
      } else noteEnd(run, works, end, ms);
    },
    outside: (line) => outside.push(line),
  });
  const unfinished = () =>
    [...names.keys()].filter((work) => work.phase !== 'done' && !again.some((one) => one.works.includes(work)));
  try {
    const program = renderBatch(batch, { run: run.id, nonce });
    const result = await runBatch(run, link, program, reader);
    const said = `${outside.slice(-5).join('\n')}\n${maskKnown(result.stderr.toString('utf8'))}`.trim();
    for (const work of unfinished()) {
      const error = result.code === LEASE_LOST ? leaseLost(work.node) : stepLost(work.node, said || HOST_ENDED_IT);
      finish(run, work, 'failed', error.what, { error });
    }
  } catch (error) {
    const shown = asUserError(error);
    for (const work of unfinished()) finish(run, work, 'failed', shown.what, { error: shown });
    return;
  }
  await checkWayIn(run, link, [...names.keys()]);
  for (const one of again) await runSteps(run, host, [one]);
}

/** Why a program may end without a word. */
const HOST_ENDED_IT = 'its program was ended from outside: has the host been restarted, or is it short of memory?';

type Place = { readonly name: string; readonly names: ReadonlyMap<Work, string> };

function toStep(run: Run, link: HostLink, { works, needs }: StepWork, { name, names }: Place): Step {
  const [first] = works;
  if (!first) throw new Error('a step needs work');
  return {
    name,
    script: steps(
      isGuarded(link, works) && arm(run.id),
      ...works.map((work) => noteBefore(run, work)),
      first.node.resource.kind.apply(works.map(toChange)),
      forgetMade(works.flatMap((work) => forgotten(run, work))),
    ),
    label: works.map((work) => work.node.resource.id).join(', '),
    summary: summarize(first.decision),
    limitSeconds: Math.max(...works.map(({ node }) => node.resource.kind.limitSeconds(node.resource))),
    needs: needs.flatMap((work) => names.get(work) ?? []),
  };
}

/** Things that are about to be made are remembered, for the day on which nobody declares them any more. */
function noteBefore(run: Run, { node, decision }: Work): Script | false {
  const note = run.options.made?.lines.get(node.key);
  return note !== undefined && makes(decision) && noteMade(note.deployment, note.line);
}

/** An entry that was not there counts as made, and a unit that neither ran nor was to run. */
function makes(decision: Decision): boolean {
  if (decision.status === 'create') return true;
  if (decision.status !== 'update') return false;
  if (decision.differences.every(({ before }) => before === 'none')) return true;
  const begun = decision.differences.filter(({ before, after }) => before === false && after === true);
  return begun.some(({ key }) => key === 'running') && begun.some(({ key }) => key === 'enabled');
}

function forgotten(run: Run, { node, decision }: Work): readonly string[] {
  const note = run.options.made?.lines.get(node.key);
  return note !== undefined && decision.status === 'remove' ? [note.line] : [];
}

/** Where no new connection can be made, as on the controller's own machine, nobody can be locked out either. */
function isGuarded(link: HostLink, works: readonly Work[]): boolean {
  return link.reconnect !== undefined && works.some(({ node }) => guardsWayIn(node.resource));
}

/** After changes to who gets in: they stay only if one still gets in. */
async function checkWayIn(run: Run, link: HostLink, works: readonly Work[]): Promise<void> {
  const guarded = works.filter((work) => work.status === 'changed' && isGuarded(link, [work]));
  if (guarded.length === 0) return;
  const wayIn = await tryWaysIn(link);
  if (wayIn === 'open') return;
  for (const work of guarded) {
    const error = wayInLost(work.node, wayIn === 'undone');
    finish(run, work, 'failed', error.what, { error });
  }
}

function toChange({ node, decision, observed }: Work): Change<CommonProps> {
  const desired = node.resource.kind.desired(node.resource);
  const differences = decision.status === 'update' ? decision.differences : [];
  return {
    name: node.resource.name,
    props: node.resource.props,
    keys: new Set(differences.map((one) => one.key)),
    before: observed === 'absent' ? undefined : (observed as State),
    after: desired === 'absent' ? undefined : desired,
  };
}

function tellStart(run: Run, { node, decision }: Work): void {
  const summary = summarize(decision);
  run.options.emit({
    type: 'started',
    at: run.options.clock(),
    host: node.host,
    resource: node.resource.id,
    summary,
  });
}

function noteEnd(run: Run, works: readonly Work[], { code, output, isLate, remark }: StepEnd, ms: number): void {
  for (const work of works) {
    if (isLate) {
      const error = stepLate(work.node, ms / 1000, maskKnown(output));
      finish(run, work, 'failed', error.what, { ms, error });
    } else if (code === 0) {
      const summary = [summarize(work.decision), ...(remark === undefined ? [] : [remark])].join('; ');
      finish(run, work, 'changed', summary, { ms });
    } else if (code === 'skipped') finish(run, work, 'blocked', 'waits for an earlier step that failed');
    else {
      const error = stepFailed(work.node, code, maskKnown(output), ms / 1000);
      finish(run, work, 'failed', error.what, { ms, error });
    }
  }
}
