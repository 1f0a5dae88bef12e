/** What a test asks of a controller in a process of its own; travels as JSON. */
import { sh } from '../../../src/base/shell.ts';
import { command, type Resource } from '../../../src/resources/index.ts';
import { ROOT, smallStack } from './stack.ts';
import type { Reach } from './world.ts';

export type Behaviour = {
  readonly reach: Reach;
  /** Which version of the small stack; or `slow`: three commands of a second or more behind each other. */
  readonly stack: string;
  /** The number of the event at which it kills or stops itself. */
  readonly killAt?: number;
  readonly stopAt?: number;
  readonly lockWaitMs?: number;
};

export function stackOf({ stack }: Behaviour): readonly Resource[] {
  return stack === 'slow' ? slowStack() : smallStack(stack);
}

/** Each command notes its begin and end, so that two at once show. */
export function slowStack(): readonly Resource[] {
  const one = (name: string, after: readonly Resource[]): Resource =>
    command(name, {
      run: sh`mkdir -p ${ROOT}; echo ${`begin ${name}`} >>${`${ROOT}/log`}; sleep 1.5; echo ${`end ${name}`} >>${`${ROOT}/log`}; touch ${`${ROOT}/${name}`}`,
      creates: `${ROOT}/${name}`,
      after,
    });
  const first = one('first', []);
  const second = one('second', [first]);
  return [first, second, one('third', [second])];
}
