/** `gatdeploy plan`: what apply would change and why; nothing is changed. */
import { type Command, Option } from 'commander';
import type { Output } from '../session/session-types.ts';
import {
  addPruneOptions,
  addShardOption,
  addStackOptions,
  addUntrustedOption,
  type PruneFlags,
  pruneOf,
} from './run/options.ts';
import type { PreflightOptions } from './run/preflight.ts';

type Flags = PreflightOptions &
  PruneFlags & {
    readonly exitCode?: boolean;
    readonly out?: string;
    readonly diff?: boolean;
    readonly markdown?: string;
    readonly offline?: boolean;
    readonly base?: string;
  };

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('plan')
    .description('show what apply would change, and why; nothing is changed on any host')
    .argument('<stack...>', 'names of stacks or playbooks')
    .option('--diff', 'show what changes inside files; secrets are hidden')
    .option('--out <file>', 'save the plan; apply FILE then does exactly that, or refuses')
    .option(
      '--markdown <file>',
      'also write the plan as a comment for a pull request; no file where nothing changes',
    )
    .option('--exit-code', 'end with 7 when changes are pending')
    .option('--offline', 'ask no host: show what is declared; needs no vault password')
    .addOption(new Option('--base <folder>', 'with --offline: only what differs from this other checkout'))
    .option('--no-lint', 'do not look for mistakes in the variables before connecting');
  addStackOptions(addUntrustedOption(addPruneOptions(addShardOption(command))))
    .addHelpText(
      'after',
      `
Examples:
  gatdeploy plan galaxy
  gatdeploy plan galaxy --out change.plan && gatdeploy apply change.plan
  gatdeploy plan galaxy pulsar --json --exit-code   for a pipeline that looks for drift
  gatdeploy plan galaxy --offline --untrusted --base ../main --markdown plan.md
                                                    for a stranger's pull request`,
    )
    .action(runPlan);
}

async function runPlan(names: readonly string[], flags: Flags): Promise<void> {
  const { withOutput } = await import('./run/output.ts');
  const { baseNeedsOffline, savedNeedsHosts, untrustedOnline } = await import('./errors.ts');
  await withOutput(flags, async (output) => {
    if (flags.offline) {
      if (flags.out !== undefined) throw savedNeedsHosts();
      return showOffline(names, flags, output);
    }
    if (flags.untrusted) throw untrustedOnline();
    if (flags.base !== undefined) throw baseNeedsOffline();
    return showPlan(names, flags, output);
  });
}

async function showPlan(names: readonly string[], flags: Flags, output: Output): Promise<number> {
  const { EXIT } = await import('./exit-codes.ts');
  const { isEmpty } = await import('../plan/plan.ts');
  const { openUnchecked } = await import('./run/preflight.ts');
  const { openSession } = await import('../session/session.ts');
  const prune = pruneOf(flags);
  const { stack, check } = await openUnchecked(names, flags, output);
  const options = { ...output, ...flags, onlyResources: true };
  const opened = await openSession(stack, { ...options, recall: true, check });
  try {
    const { planSession } = await import('../session/plan-session.ts');
    const { tellUndeclared } = await import('../session/removals.ts');
    const { readTexts } = await import('../session/diffs.ts');
    const { writeSavedPlan } = await import('../session/saved-plan.ts');
    const planned = await planSession(opened, { ...options, pruning: prune });
    const { session, plan, undeclared } = planned;
    const { graph } = session;
    const texts = (flags.diff ?? flags.report) ? await readTexts(plan, session.links.links) : undefined;
    const unreachable = [...session.links.unreachable].map(([host, error]) => ({ host, error }));
    const told = undeclared.map(tellUndeclared);
    const shown = { unreachable, ...(texts && { texts }), hideTexts: !flags.diff, undeclared: told };
    output.reporter.plan(plan, graph, shown);
    await writeComment(flags.markdown, plan, graph, { ...shown, stacks: names });
    if (flags.out) await writeSavedPlan(flags.out, planned, { names, flags, prune });
    if (unreachable.length > 0) return EXIT.unreachable;
    return flags.exitCode && !isEmpty(plan) ? EXIT.pending : EXIT.ok;
  } finally {
    await opened.close();
  }
}

async function showOffline(names: readonly string[], flags: Flags, output: Output): Promise<number> {
  const { EXIT } = await import('./exit-codes.ts');
  const { isEmpty } = await import('../plan/plan.ts');
  const { planOffline } = await import('./run/offline.ts');
  const { openChecked } = await import('./run/preflight.ts');
  const offline = { ...flags, vaultOptional: true };
  const { plan, graph, texts } = await planOffline(await openChecked(names, offline, output), offline, output);
  const options = { texts, hideTexts: !flags.diff, isDeclaredOnly: flags.base === undefined };
  output.reporter.plan(plan, graph, options);
  await writeComment(flags.markdown, plan, graph, { ...options, stacks: names, isOffline: true });
  return flags.exitCode && !isEmpty(plan) ? EXIT.pending : EXIT.ok;
}

type Comment = typeof import('../report/files/markdown.ts').renderComment;

/** A comment of an earlier run must not stay where nothing changes any more. */
async function writeComment(file: string | undefined, ...comment: Parameters<Comment>): Promise<void> {
  if (file === undefined) return;
  const { rmSync } = await import('node:fs');
  const { renderComment } = await import('../report/files/markdown.ts');
  const { writeOutput } = await import('./run/run-files.ts');
  const text = renderComment(...comment);
  if (text === '') rmSync(file, { force: true });
  else writeOutput(file, text);
}
