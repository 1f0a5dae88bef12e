/** Conditions (`when`): one expression whose result must be true or false. */
import type { Position } from '../base/position.ts';
import { finish } from './convert.ts';
import type { Evaluator } from './evaluation.ts';
import { Fault } from './fault.ts';
import { ANSIBLE_SYNTAX, mayBeTemplate } from './jinja/options.ts';
import { isText, pyType } from './python/kinds.ts';
import { strip } from './python/text.ts';
import type { PyValue } from './python/value.ts';

/** Whether a condition holds. @throws Fault */
export function evaluateCondition(evaluator: Evaluator, text: string | boolean, position: Position): boolean {
  const result =
    typeof text === 'boolean' ? text : conditionValue(evaluator, strip(text, undefined, 'both'), position);
  if (typeof result === 'boolean') return result;
  const type = result === undefined ? 'omit' : pyType(result);
  throw new Fault('conditional', `a condition must be true or false, this one is of type '${type}'`);
}

function conditionValue(evaluator: Evaluator, text: string, position: Position): PyValue | undefined {
  if (text === '') throw new Fault('conditional', 'a condition must not be empty');
  if (!isWhollyTemplate(text)) return expressionValue(evaluator, text, position);
  const scalar = { kind: 'scalar', value: text, position, template: true } as const;
  const value = finish(evaluator.nodeValue(scalar));
  if (value === undefined || !isText(value)) return value;
  const named = namedCondition(evaluator, text);
  if (named) return expressionValue(evaluator, named.text, named.position);
  throw new Fault('conditional', 'a condition must not be made by a template; write the expression without {{ }}');
}

/** `{{ name }}` may stand for a variable that holds a condition, if the admin wrote it. */
function namedCondition(evaluator: Evaluator, text: string): { text: string; position: Position } | undefined {
  const name = /^\{\{\s*(\w+)\s*\}\}$/.exec(text)?.[1];
  const node = name === undefined ? undefined : evaluator.options.scope.lookup(name);
  const written =
    node?.kind === 'scalar' && node.template && typeof node.value === 'string' ? node.value : undefined;
  if (node === undefined || written === undefined || mayBeTemplate(written)) return undefined;
  return { text: strip(written, undefined, 'both'), position: node.position };
}

const STARTS = ['{{', '{%', '{#'];
const ENDS = ['}}', '%}', '#}'];

function isWhollyTemplate(text: string): boolean {
  return STARTS.some((start) => text.startsWith(start)) && ENDS.some((end) => text.endsWith(end));
}

function expressionValue(evaluator: Evaluator, text: string, position: Position): PyValue | undefined {
  const locate = (at: number): Position => ({
    ...position,
    column: position.column === 0 ? 0 : position.column + at,
  });
  return finish(
    evaluator.textValue(text, { name: 'condition', locate }, { syntax: ANSIBLE_SYNTAX, condition: true }),
  );
}
