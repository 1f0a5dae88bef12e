/** Runs steps of one host as one program and notes how each ended. */
import { maskKnown } from '../base/secret.ts';
import { newNonce } from '../plan/frame.ts';
import type { Change, CommonProps, State } from '../resources/kind.ts';
import { batchReader, renderBatch, type Step, type StepEnd } from './batch.ts';
import { stepFailed, stepLost } from './errors.ts';
import { runBatch } from './execute.ts';
import { summarize } from './summary.ts';
import { asUserError, finish, type Run, type Work } from './work.ts';

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
  const steps = stepWorks.map((stepWork, index) => toStep(stepWork, `s${index}`, names));
  const startedAt = new Map<string, number>();
  const again: StepWork[] = [];
  const worksOf = (name: string): readonly Work[] => stepWorks[Number(name.slice(1))]?.works ?? [];
  const reader = batchReader(nonce, {
    begin: (name) => {
      startedAt.set(name, run.options.clock());
      for (const work of worksOf(name)) tellStart(run, work);
    },
    line: (name, line) => tellLine(run, worksOf(name), line),
    end: (end) => {
      const works = worksOf(end.name);
      const ms = run.options.clock() - (startedAt.get(end.name) ?? run.options.clock());
      if (typeof end.code === 'number' && end.code !== 0 && works.length > 1) {
        again.push(...works.map((work) => ({ works: [work], needs: [] })));
      } else noteEnd(run, works, end, ms);
    },
  });
  try {
    const result = await runBatch(run, link, renderBatch(steps, nonce), reader);
    const why = result.stderr.toString('utf8').trim() || `its program ended with exit ${result.code}`;
    const lost = [...names.keys()].filter(
      (work) => work.phase !== 'done' && !again.some((one) => one.works.includes(work)),
    );
    for (const work of lost) {
      const error = stepLost(work.node, maskKnown(why));
      finish(run, work, 'failed', error.what, { error });
    }
  } catch (error) {
    const shown = asUserError(error);
    for (const work of names.keys())
      if (work.phase !== 'done') finish(run, work, 'failed', shown.what, { error: shown });
    return;
  }
  for (const one of again) await runSteps(run, host, [one]);
}

function toStep({ works, needs }: StepWork, name: string, names: ReadonlyMap<Work, string>): Step {
  const [first] = works;
  if (!first) throw new Error('a step needs work');
  return {
    name,
    script: first.node.resource.kind.apply(works.map(toChange)),
    needs: needs.flatMap((work) => names.get(work) ?? []),
  };
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

function tellLine(run: Run, works: readonly Work[], line: string): void {
  const [work] = works;
  if (!work) return;
  const { host, resource } = work.node;
  run.options.emit({
    type: 'output',
    at: run.options.clock(),
    host,
    resource: resource.id,
    line: maskKnown(line),
  });
}

function noteEnd(run: Run, works: readonly Work[], { code, output }: StepEnd, ms: number): void {
  for (const work of works) {
    if (code === 0) finish(run, work, 'changed', summarize(work.decision), { ms });
    else if (code === 'skipped') finish(run, work, 'blocked', 'waits for an earlier step that failed');
    else {
      const error = stepFailed(work.node, code, maskKnown(output), ms / 1000);
      finish(run, work, 'failed', error.what, { ms, error });
    }
  }
}
