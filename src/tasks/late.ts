/** The kind of tasks that are worked out at their turn, as they depend on what earlier tasks find out on the host. */
import { nothing, type Script } from '../base/shell.ts';
import {
  type CommonProps,
  defineKind,
  type Late,
  type Observed,
  type Probe,
  type Resource,
} from '../resources/kind.ts';

/** A script that only looks, and what its answer is called. */
export type Reading = { readonly key: string; readonly script: Script };

export type LateProps = CommonProps & {
  readonly work: Late;
  /** What the work depends on, in words; without it the work is needed only when one of `if` changes. */
  readonly reason?: string;
  readonly if?: readonly Resource[];
  /** The work only looks, so that a plan may do it, too: the script of each pass. */
  readonly readings?: readonly Reading[];
  /** The same on other hosts. */
  readonly ifElsewhere?: readonly { readonly host: string; readonly to: readonly Resource[] }[];
};

/** Nothing can be read before the turn has come. */
const probe: Probe<LateProps> = {
  name: 'late-tasks',
  script: () => nothing,
  parse: (_stdout, items) =>
    new Map(
      items.map(({ name, props }): [string, Observed] => [
        name,
        props.reason === undefined ? { due: 'no' } : { unknown: props.reason },
      ]),
    ),
};

/** Makes the resource of a task that is worked out at its turn. */
export const lateTask = defineKind<LateProps>({
  kind: 'task',
  lane: 'slow',
  sideEffects: true,
  probe,
  desired: () => ({ due: 'no' }),
  reacts: (props) => [
    ...(props.if ? [{ key: 'due', to: props.if }] : []),
    ...(props.ifElsewhere ?? []).map(({ host, to }) => ({ key: 'due', to, host })),
  ],
  late: (props) => props.work,
});

/** What a task that only looks would ask of its host; nothing for any other resource. */
export function readingsOf({ kind, props }: Resource): readonly Reading[] {
  return kind.name === 'task' ? ((props as LateProps).readings ?? []) : [];
}
