/** Looks for mistakes in a stack's variables before any host is connected to. */
import { GatError, Problems, throwProblems } from '../../base/errors.ts';
import { renderPosition } from '../../base/position.ts';
import { inTurns } from '../../base/steps.ts';
import type { Finding } from '../../lint/rule.ts';
import type { Output } from '../../session/session-types.ts';
import { checkedPlays, wholeProject } from '../../stack/plays.ts';
import { findStack, type Stack } from '../../stack/stack.ts';
import { tellWarnings } from '../../stack/tell-warnings.ts';
import type { StackFlags } from './options.ts';

/** The flags of commands that check first. */
export type PreflightOptions = StackFlags & { readonly lint?: boolean };

/** A stack that is not checked yet. */
export type Unchecked = {
  readonly stack: Stack;
  /**
   * Looks for mistakes: in the roles that its plays name, in its variables. Errors that only a host can decide are told as warnings, the rest is left to `gatdeploy lint`.
   * @throws GatError lint/L…, var/…, vault/…, or Problems, for what cannot work
   */
  readonly check: () => Promise<void>;
};

/** Opens a stack, to be checked before anything is run on its hosts. @throws GatError or Problems */
export async function openUnchecked(
  names: readonly string[],
  options: PreflightOptions,
  output: Output,
): Promise<Unchecked> {
  const { variablePrompt } = await import('../../session/prompt.ts');
  const { stack, problems } = await findStack(names, { ...options, ask: variablePrompt(output.reporter) });
  const lint = async (): Promise<void> => {
    if (options.lint !== false) await checkStack(stack, names, output);
  };
  const check = async (): Promise<void> => {
    const { roleProblems } = await import('../../stack/bind.ts');
    const all = [...problems, ...roleProblems(stack)];
    if (all.length > 0) throwProblems([...all, ...(await mistakesOf(lint))]);
    await lint();
  };
  if (problems.length > 0) await check();
  if (!options.shard) return { stack, check };
  // Which hosts are in it shows only when everything is declared.
  await check();
  const { onlyShard } = await import('./shard.ts');
  return { stack: await onlyShard(stack, options, output), check: async () => {} };
}

/** Opens a stack and checks it. @throws GatError or Problems, for what cannot work */
export async function openChecked(
  names: readonly string[],
  options: PreflightOptions,
  output: Output,
): Promise<Stack> {
  const { stack, check } = await openUnchecked(names, options, output);
  await check();
  return stack;
}

/** What else is wrong, once something is. */
async function mistakesOf(lint: () => Promise<void>): Promise<readonly GatError[]> {
  try {
    await lint();
    return [];
  } catch (error) {
    if (error instanceof GatError) return [error];
    if (error instanceof Problems) return error.errors;
    throw error;
  }
}

async function checkStack(stack: Stack, names: readonly string[], output: Output): Promise<void> {
  const { reporter, clock } = output;
  const { lintInSteps, stops } = await import('../../lint/lint.ts');
  const whole = wholeProject(stack.project);
  const { plays, others } = checkedPlays(whole, names);
  const findings = await inTurns(lintInSteps(whole, plays, { hosts: stack.hosts, others }));
  tellWarnings(stack.project, output);
  for (const finding of findings.filter((one) => one.isSlip || (one.severity === 'E' && !stops(one)))) {
    const [place] = finding.places;
    const text = `${place ? `${renderPosition(place)}: ` : ''}${finding.message}; ${finding.fix} (${finding.rule.id})`;
    reporter.emit({ type: 'warning', at: clock(), text });
  }
  throwProblems(findings.filter(stops).map(toError));
}

/** What a run would stop at anyway keeps its code; scripts may look for it. */
function toError({ rule, message, places, fix, code, error }: Finding): GatError {
  if (error) return error;
  return new GatError({
    code: code ?? `lint/${rule.id}`,
    what: `cannot work: ${message}`,
    where: places,
    why: rule.why,
    fix,
  });
}
