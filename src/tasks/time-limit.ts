/** How long a task may take at most: its `timeout`, or its `async` where somebody waits for it. */
import type { ModuleTask } from '../project/playbook/types.ts';
import type { Templar } from '../render/templar.ts';
import type { Resource } from '../resources/index.ts';
import { wholeNumber } from './background.ts';
import type { Frame } from './context.ts';
import { withProps } from './identity.ts';

/** The limit in seconds; undefined where the task has none, so that the kind of work decides. */
export function timeLimitOf(task: ModuleTask, frame: Frame, templar: Templar): number | undefined {
  const limits = [frame.keywords.get('timeout'), task.keywords.get('async')].map((node, at) =>
    node ? wholeNumber(node, at === 0 ? 'timeout' : 'async', templar) : 0,
  );
  const set = limits.filter((seconds) => seconds > 0);
  return set.length === 0 ? undefined : Math.min(...set);
}

/** Resources that are given up after so many seconds. */
export function limited(resources: readonly Resource[], limitSeconds: number | undefined): readonly Resource[] {
  return limitSeconds === undefined ? resources : resources.map((one) => withProps(one, { limitSeconds }));
}
