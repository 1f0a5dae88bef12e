/** A command for what no kind describes; its guard says whether there is anything to do. */
import { type Script, sh, steps } from '../base/shell.ts';
import { type CommonProps, defineKind, type Lane, type Observed, type Probe } from './kind.ts';

export type CommandProps = CommonProps & {
  /** What to run; as root, with `set -e`. */
  readonly run: Script;
  /** Exit 0 means done: nothing to run. Read-only. Without a guard the command runs each time. */
  readonly unless?: Script;
  /** The path that the command makes: done when it exists. */
  readonly creates?: string;
  /** Users for whom it works, who must be there first. */
  readonly users?: readonly string[];
  readonly lane?: Lane;
};

const guards: Probe<CommandProps> = {
  name: 'guards',
  script: (items) =>
    steps(
      ...items.map((item) => {
        const guard = item.props.unless ?? (item.props.creates ? sh`test -e ${item.props.creates}` : sh`false`);
        return sh`( ${guard}
) >/dev/null 2>&1 </dev/null; printf '%s ' "$?"`;
      }),
    ),
  parse(stdout, items) {
    const codes = stdout.trim().split(' ');
    return new Map(items.map((item, index): [string, Observed] => [item.name, { done: codes[index] === '0' }]));
  },
};

/**
 * Runs a command when its guard says that it is not done.
 * @example command('enable-linger', { run: sh`loginctl enable-linger pulsar`, creates: '/var/lib/systemd/linger/pulsar' })
 */
export const command = defineKind<CommandProps>({
  kind: 'command',
  lane: 'slow',
  sideEffects: true,
  probe: guards,
  desired: () => ({ done: true }),
  touches: ({ creates, users }) => ({ ...(creates && { path: creates }), ...(users && { users }) }),
  apply: ({ props }) => props.run,
});
