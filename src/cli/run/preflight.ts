/** Looks for mistakes in a stack's variables before any host is connected to. */
import { GatError, throwProblems } from '../../base/errors.ts';
import { renderPosition } from '../../base/position.ts';
import { lint, stops } from '../../lint/lint.ts';
import type { Finding } from '../../lint/rule.ts';
import type { Output } from '../../session/session-types.ts';
import { checkedPlays, wholeProject } from '../../stack/plays.ts';
import { openStack, type Stack } from '../../stack/stack.ts';
import type { StackFlags } from './options.ts';
import { onlyShard } from './shard.ts';

/** The flags of commands that check first. */
export type PreflightOptions = StackFlags & { readonly lint?: boolean };

/**
 * Opens a stack and checks it. Errors that only a host can decide are told as warnings, the rest is left to `gatdeploy lint`.
 * @throws GatError lint/L…, var/…, vault/…, or Problems, for what cannot work
 */
export async function openChecked(
  names: readonly string[],
  options: PreflightOptions,
  { reporter, clock }: Output,
): Promise<Stack> {
  const stack = await openStack(names, options);
  if (options.lint !== false) await check(stack, names, options, { reporter, clock });
  return onlyShard(stack, options, { reporter, clock });
}

async function check(
  stack: Stack,
  names: readonly string[],
  options: PreflightOptions,
  { reporter, clock }: Output,
): Promise<void> {
  const whole = await wholeProject(stack.project, options);
  const { plays, others } = checkedPlays(whole, names);
  const errors = lint(whole, plays, { hosts: stack.hosts, others }).filter((one) => one.severity === 'E');
  for (const finding of errors.filter((one) => !stops(one))) {
    const [place] = finding.places;
    const text = `${place ? `${renderPosition(place)}: ` : ''}${finding.message}; ${finding.fix} (${finding.rule.id})`;
    reporter.emit({ type: 'warning', at: clock(), text });
  }
  throwProblems(errors.filter(stops).map(toError));
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
