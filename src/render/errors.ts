/** The errors that users see when a template, variable or condition can't be evaluated. */
import { didYouMean } from '../base/did-you-mean.ts';
import { GatError } from '../base/errors.ts';
import type { Position } from '../base/position.ts';
import type { Fault, FaultKind } from './fault.ts';

const CODES: Record<FaultKind, string> = {
  undefined: 'var/undefined',
  syntax: 'template/syntax',
  type: 'template/type',
  value: 'template/value',
  recursion: 'var/recursion',
  'unknown-plugin': 'template/unknown-plugin',
  'template-not-found': 'template/not-found',
  'unsupported-type': 'template/unsupported-type',
  mandatory: 'var/mandatory',
  conditional: 'condition/not-boolean',
  lookup: 'lookup/failed',
  forbidden: 'lookup/forbidden',
  limit: 'template/limit',
  other: 'template/failed',
};

/** How to go on where no other name is near. */
const ADVICE: Partial<Record<FaultKind, string>> = {
  syntax: 'look whether each {{ has its }}, each {% its %}, each bracket and each quote its other half',
  recursion: 'give one of them a value that does not use the others',
  'unknown-plugin': "correct the name; filters and tests are Ansible's own",
};

const CONDITION_ADVICE =
  'write it without {{ }}, as names stand by themselves in a condition, and close each bracket and quote';

/** Builds the error of a failed evaluation. `doing` names the thing: "variable galaxy_root", "templates/nginx.conf.j2". */
export function evaluationFailed(doing: string, fault: Fault, position: Position): GatError {
  const { misnamed } = fault;
  const where = fault.where?.() ?? position;
  // What a role's own default names is spelt rightly, and merely not set; defaults stand in no line.
  const near = where.line === 0 ? undefined : misnamed && didYouMean(misnamed.name, misnamed.known());
  const isCondition = doing === 'condition' && fault.kind === 'syntax';
  const advice = isCondition ? CONDITION_ADVICE : adviceFor(fault, where);
  const fix = near === undefined ? advice : `did you mean \`${near}\`?`;
  return new GatError({
    code: CODES[fault.kind],
    what: `cannot evaluate ${doing}: ${fault.message}`,
    where,
    ...(fix !== undefined && { fix }),
    cause: fault,
  });
}

function adviceFor({ kind, undefinedName, advice }: Fault, { line }: Position): string | undefined {
  if (advice !== undefined) return advice;
  if (undefinedName === undefined) return ADVICE[kind];
  if (line === 0) return `set ${undefinedName} in group_vars or host_vars`;
  return `correct the name, or define ${undefinedName} in group_vars or host_vars`;
}

/** Builds the error of a Handlebars template that can't be rendered. */
export function handlebarsFailed(name: string, why: string, where: Position): GatError {
  return new GatError({ code: 'template/handlebars', what: `cannot render ${name}: ${why}`, where });
}
