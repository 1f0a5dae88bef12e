/**
 * A later reload of a unit that another resource has started: nginx answers on port 80 before there is a certificate,
 * and reads its TLS sites once there is one. It owes a reload as a service does. See `service.ts`.
 */
import { type Script, sh, steps } from '../base/shell.ts';
import { type CommonProps, defineKind, type Item, type Observed, type Probe, type Resource } from './kind.ts';
import { afterStart, beforeStart } from './loaded.ts';
import { CURRENT, parseUnits, printUnits, type Unit } from './unit.ts';

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

const unitOf = ({ name, props }: Item<ReloadProps>): Unit => ({ name, loads: { [ASPECT]: loadablesOf(props) } });

/** A unit that doesn't run has nothing to read again: its start reads everything. Whether it runs is only told. */
const probe: Probe<ReloadProps> = {
  name: 'reloads',
  needs: 'systemctl',
  script: (items) => printUnits(items.map(unitOf)),
  parse(stdout, items) {
    const states = parseUnits(stdout, items.map(unitOf));
    return new Map(
      items.map((item, index): [string, Observed] => [
        item.name,
        { reread: states[index]?.due[ASPECT] ?? CURRENT, running: states[index]?.running ?? false },
      ]),
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
  limitSeconds: 300,
  probe,
  desired: () => ({ reread: CURRENT }),
  reacts: (props) => [{ key: 'reread', to: props.rereads }],
  vouch: (name, props) => steps(beforeStart(name, ASPECT, loadablesOf(props)), afterStart(name, ASPECT)),
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
