/** A systemd unit: runs, starts at boot, and has loaded what is on disk. See systemctl(1), "show". */
import { type Script, sh, steps } from '../base/shell.ts';
import {
  type Change,
  type CommonProps,
  defineKind,
  type Item,
  type Observed,
  type Probe,
  type Resource,
  type State,
} from './kind.ts';
import { afterStart, beforeStart } from './loaded.ts';
import { CURRENT, parseUnits, printUnits, type Unit } from './unit.ts';

export type ServiceProps = CommonProps & {
  /** Default true; null leaves it as it is. */
  readonly running?: boolean | null;
  /** Default true; null leaves it as it is. */
  readonly enabled?: boolean | null;
  /** What the process reads only when it starts: a change of these makes a restart due. */
  readonly loads?: readonly Resource[];
  /** What the process reads again on a reload: a change of these makes a reload due. */
  readonly rereads?: readonly Resource[];
  /** How to make it read again; default `systemctl reload`. */
  readonly reload?: Script;
  /** Fails while what the process would load is broken, so that a working one isn't stopped for it. */
  readonly validate?: Script;
  /** Runs after a start and must succeed before the unit counts as started. */
  readonly ready?: Script;
  /** Prints why the unit did not start, where its journal doesn't tell. */
  readonly explain?: Script;
};

const AT_BOOT = new Set(['enabled', 'static', 'alias', 'generated', 'indirect']);

const unitOf = ({ name, props }: Item<ServiceProps>): Unit => ({
  name,
  loads: { loaded: loadablesOf(props.loads), reread: loadablesOf(props.rereads) },
});

const probe: Probe<ServiceProps> = {
  name: 'services',
  needs: 'systemctl',
  script: (items) => printUnits(items.map(unitOf)),
  parse(stdout, items) {
    const states = parseUnits(stdout, items.map(unitOf));
    return new Map(
      states.flatMap(({ exists, running, fileState, due }, index): [string, Observed][] => {
        const name = items[index]?.name;
        return exists && name ? [[name, { running, enabled: AT_BOOT.has(fileState), ...due }]] : [];
      }),
    );
  },
};

/**
 * Makes a unit run.
 * @example service('nginx.service', { loads: [nginxPackage], rereads: [site], validate: sh`nginx -t` })
 */
export const service = defineKind<ServiceProps>({
  kind: 'service',
  lane: 'slow',
  limitSeconds: 300,
  probe,
  desired({ running = true, enabled = true }): State {
    return {
      ...(running === null ? {} : { running }),
      ...(enabled === null ? {} : { enabled }),
      ...(running ? { loaded: CURRENT, reread: CURRENT } : {}),
    };
  },
  touches: (_props, name) => ({ uses: [`/etc/systemd/system/${name}`] }),
  reacts: (props) => [
    { key: 'loaded', to: props.loads ?? [] },
    { key: 'reread', to: props.rereads ?? [] },
  ],
  apply,
});

function apply({ name, props, keys, before, after }: Change<ServiceProps>): Script {
  if (!after) return sh`systemctl disable --now -- ${name}`;
  const create = before === undefined;
  const enable =
    after.enabled !== undefined &&
    (create || keys.has('enabled')) &&
    sh`systemctl ${after.enabled ? 'enable' : 'disable'} -q -- ${name}`;
  const prepare = steps(sh`systemctl daemon-reload`, enable);
  if (after.running === undefined) return prepare;
  if (!after.running) return steps(prepare, sh`systemctl stop -- ${name}`);
  const restart = create || keys.has('running') || keys.has('loaded');
  return steps(
    prepare,
    (restart || keys.has('reread')) && props.validate,
    restart && start(name, props),
    !restart && keys.has('reread') && reread(name, props),
  );
}

function start(name: string, props: ServiceProps): Script {
  return steps(
    beforeStart(name, 'loaded', loadablesOf(props.loads)),
    beforeStart(name, 'reread', loadablesOf(props.rereads)),
    sh`systemctl reset-failed -- ${name} 2>/dev/null || true`,
    restart(name, props.explain),
    props.ready,
    afterStart(name, 'loaded'),
    afterStart(name, 'reread'),
  );
}

function restart(name: string, explain: Script | undefined): Script {
  if (explain === undefined) return sh`systemctl restart -- ${name}`;
  return sh`systemctl restart -- ${name} || { ${explain}
exit 1; }`;
}

function reread(name: string, props: ServiceProps): Script {
  return steps(
    beforeStart(name, 'reread', loadablesOf(props.rereads)),
    props.reload ?? sh`systemctl reload -- ${name}`,
    afterStart(name, 'reread'),
  );
}

function loadablesOf(resources: readonly Resource[] | undefined) {
  return (resources ?? []).flatMap((resource) => resource.kind.loadables(resource));
}
