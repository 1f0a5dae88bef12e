/**
 * A later reload of a unit that another resource has started: nginx answers on port 80 before there is a certificate,
 * and reads its TLS sites once there is one. It owes a reload as a service does. See `service.ts`.
 */
import { type Script, sh, steps } from '../base/shell.ts';
import { type CommonProps, defineKind, type Observed, type Probe, type Resource } from './kind.ts';
import { afterStart, beforeStart, outdated, parseDigests, parseNote, printDigests, printNote } from './loaded.ts';

export type ReloadProps = CommonProps & {
  /** A change of these makes a reload due. */
  readonly rereads: readonly Resource[];
  /** How to make the process read again; default `systemctl reload`. */
  readonly reload?: Script;
  /** Fails while what the process would read is broken. */
  readonly validate?: Script;
};

/** Under which name the note of the last reload is kept, beside the service's own. */
const ASPECT = 'reload';

const CURRENT = 'current';

const probe: Probe<ReloadProps> = {
  name: 'reloads',
  needs: 'systemctl',
  script: (items) =>
    steps(
      ...items.map(
        (item) => sh`printf '@unit\n'
systemctl show --timestamp=unix -p ActiveState,InvocationID,InactiveExitTimestamp -- ${item.name}
printf '@note\n'; ${printNote(item.name, ASPECT)}
printf '@digests\n'; ${printDigests(loadablesOf(item.props))}`,
      ),
    ),
  parse(stdout, items) {
    const blocks = stdout.split('@unit\n').slice(1);
    return new Map(
      items.map((item, index): [string, Observed] => [item.name, { reread: parseUnit(blocks[index] ?? '') }]),
    );
  },
};

/**
 * Makes a running unit read its files again when they have changed.
 * @example reload('nginx.service', { rereads: [tlsSite, certificate], validate: sh`nginx -t`, after: [nginx] })
 */
export const reload = defineKind<ReloadProps>({
  kind: 'reload',
  lane: 'slow',
  probe,
  desired: () => ({ reread: CURRENT }),
  reacts: (props) => [{ key: 'reread', to: props.rereads }],
  apply: ({ name, props }) =>
    steps(
      props.validate,
      beforeStart(name, ASPECT, loadablesOf(props)),
      props.reload ?? sh`systemctl reload -- ${name}`,
      afterStart(name, ASPECT),
    ),
});

function loadablesOf(props: ReloadProps) {
  return props.rereads.flatMap((resource) => resource.kind.loadables(resource));
}

/** A unit that doesn't run has nothing to read again: its start reads everything. */
function parseUnit(text: string): string {
  const [shown = '', note = '', digests = ''] = text.split(/^@(?:note|digests)\n/m);
  const values = new Map(
    shown.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  if (values.get('ActiveState') !== 'active') return CURRENT;
  const old = outdated({
    invocation: values.get('InvocationID') ?? '',
    startedAt: Number((values.get('InactiveExitTimestamp') ?? '').replace('@', '')) || 0,
    note: parseNote(note),
    digests: parseDigests(digests),
  });
  return old.length === 0 ? CURRENT : `before ${old.join(', ')} changed`;
}
