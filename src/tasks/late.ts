/** The kind of tasks that are worked out at their turn, as they depend on what earlier tasks find out on the host. */
import { nothing } from '../base/shell.ts';
import {
  type CommonProps,
  defineKind,
  type Late,
  type Observed,
  type Probe,
  type Resource,
} from '../resources/kind.ts';

export type LateProps = CommonProps & {
  readonly work: Late;
  /** What the work depends on, in words; without it the work is needed only when one of `if` changes. */
  readonly reason?: string;
  readonly if?: readonly Resource[];
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
