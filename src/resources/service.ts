/** A systemd unit: runs, starts at boot, and has loaded what is on disk. See systemctl(1), "show". */
import { type Script, sh, steps } from '../base/shell.ts';
import {
  type Change,
  type CommonProps,
  defineKind,
  type Item,
  type KindSpec,
  type Observed,
  type Probe,
  type Resource,
  type State,
} from './kind.ts';
import { afterStart, beforeStart, onTrial } from './loaded.ts';
import { CURRENT, parseUnits, printUnits, type Unit } from './unit.ts';
import {
  besideWork,
  describeCut,
  describeResumed,
  parseBroken,
  parseWork,
  printWork,
  type ServiceWork,
  stillFree,
} from './work.ts';

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
  /** Prints in a few words why a process that runs must be restarted although it has loaded everything. */
  readonly broken?: Script;
  /** What the unit is at work on: it is stopped only when that isn't cut off. */
  readonly work?: ServiceWork;
};

/** Two seconds in half seconds. */
const SETTLE_LOOKS = [1, 2, 3, 4];

const AT_BOOT = new Set(['enabled', 'static', 'alias', 'generated', 'indirect']);

const unitOf = ({ name, props }: Item<ServiceProps>): Unit => ({
  name,
  loads: { loaded: loadablesOf(props.loads), reread: loadablesOf(props.rereads) },
});

const probe: Probe<ServiceProps> = {
  name: 'services',
  needs: 'systemctl',
  script: (items) => steps(printUnits(items.map(unitOf)), ...items.map(printSaid)),
  parse(stdout, items) {
    const [shown = '', ...said] = stdout.split(/^@work /m);
    const states = parseUnits(shown, items.map(unitOf));
    return new Map(
      states.flatMap(({ exists, running, stopped, fileState, due, holds }, index): [string, Observed][] => {
        const name = items[index]?.name;
        const work = running && said.find((one) => one.startsWith(`${name}\n`));
        if (!exists || !name) return [];
        const besides = { ...(holds.length > 0 && { holds: holds.join('\n') }), ...(stopped && { stopped }) };
        const state = { running, enabled: AT_BOOT.has(fileState), ...due, ...besides };
        return [[name, { ...state, ...(work ? workState(work, due) : {}) }]];
      }),
    );
  },
};

function printSaid({ name, props: { work, broken } }: Item<ServiceProps>): Script | undefined {
  if (!work && !broken) return undefined;
  return steps(sh`printf '@work %s\\n' ${name}`, printWork({ list: work?.list, broken }));
}

/** What a unit is at work on is no part of what is wished for: plans tell it beside a restart. */
function workState(text: string, due: Readonly<Record<string, string>>): State {
  const broken = parseBroken(text);
  const pieces = parseWork(text);
  const [cut, resumed] = [describeCut(pieces), describeResumed(pieces)];
  return {
    ...(broken && due.loaded === CURRENT ? { loaded: broken } : {}),
    ...(cut === undefined ? {} : { work: cut }),
    ...(resumed === undefined ? {} : { resumed }),
  };
}

const alone: KindSpec<ServiceProps> = {
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
  vouch: (name, { loads, rereads }) =>
    steps(
      beforeStart(name, 'loaded', loadablesOf(loads)),
      beforeStart(name, 'reread', loadablesOf(rereads)),
      afterStart(name, 'loaded'),
      afterStart(name, 'reread'),
    ),
  apply,
};

/** A file that is put back as the process has loaded it makes no restart due. */
function isLoaded(one: Resource, { holds = '' }: State): boolean {
  const held = new Set(String(holds).split('\n'));
  const loadables = one.kind.loadables(one);
  return loadables.length > 0 && loadables.every((item) => item.type === 'file' && held.has(item.path));
}

const amongOthers: KindSpec<ServiceProps> = {
  ...alone,
  reacts: (props) => [
    { key: 'loaded', to: props.loads ?? [], isLoaded },
    { key: 'reread', to: props.rereads ?? [] },
  ],
};

const atOnce = defineKind<ServiceProps>(amongOthers);

/** The same unit as its own late work changes it: all that it comes after is done. */
const inItsTurn = defineKind<ServiceProps>(alone);

const atWork = defineKind<ServiceProps>({
  ...amongOthers,
  late(props, name) {
    const { after, follows, requires, provides, work: pieces = { list: sh`:` }, ...own } = props;
    const work = { ...pieces, broken: own.broken };
    const plain = (isGuarded: boolean): Resource =>
      inItsTurn(name, isGuarded ? { ...own, validate: steps(own.validate, stillFree(work)) } : own);
    return besideWork(plain, work);
  },
});

/**
 * Makes a unit run.
 * @example service('nginx.service', { loads: [nginxPackage], rereads: [site], validate: sh`nginx -t` })
 */
export function service(name: string, props: ServiceProps): Resource {
  return props.work ? atWork(name, props) : atOnce(name, props);
}

function apply({ name, props, keys, before, after }: Change<ServiceProps>): Script {
  if (!after) return sh`systemctl disable --now -- ${name}`;
  const create = before === undefined;
  const prepare = steps(
    sh`systemctl daemon-reload`,
    (after.enabled || after.running) === true && notMasked(name),
    (create || keys.has('enabled')) && enable(name, after.enabled),
  );
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

function enable(name: string, wanted: State[string] | undefined): Script | undefined {
  return wanted === undefined ? undefined : sh`systemctl ${wanted ? 'enable' : 'disable'} -q -- ${name}`;
}

/**
 * Somebody has forbidden the unit to start; that is not for us to undo. A mask until the next boot is our own, left by an
 * installation that was cut off.
 */
function notMasked(name: string): Script {
  return sh`test "$(readlink ${`/run/systemd/system/${name}`})" != /dev/null || systemctl unmask --runtime -q -- ${name}
if test "$(systemctl show -p LoadState --value -- ${name})" = masked; then
  echo ${`${name} is masked; to let it start again: systemctl unmask ${name}`}; exit 1; fi`;
}

function start(name: string, props: ServiceProps): Script {
  return steps(
    beforeStart(name, 'loaded', loadablesOf(props.loads)),
    beforeStart(name, 'reread', loadablesOf(props.rereads)),
    sh`systemctl reset-failed -- ${name} 2>/dev/null || true`,
    restart(name, props.explain),
    props.ready && steps(onTrial(name, 'loaded'), props.ready),
    afterStart(name, 'loaded'),
    afterStart(name, 'reread'),
  );
}

/**
 * Starts it, and looks whether it stays: of most types systemd calls a unit started as soon as its process is there.
 * Whatever goes wrong, the unit's own last words are the reason that people need.
 */
function restart(name: string, explain: Script | undefined): Script {
  return sh`gd_why_not() {
  ${explain ?? sh`journalctl -q -o cat -n 15 --since "@$gd_since" -u ${name} 2>/dev/null || true`}
  ${tellOverridden(name)}
  exit 1
}
gd_since=$(date +%s)
systemctl restart -- ${name} || gd_why_not
case $(systemctl show -p Type --value -- ${name}) in simple | exec | idle)
  for gd_look in ${SETTLE_LOOKS}; do
    sleep 0.5
    case $(systemctl show -p ActiveState -- ${name}) in *ActiveState=active*) ;; *)
      echo ${`${name} ended soon after its start:`}; gd_why_not;; esac
  done
esac`;
}

/** Tells whether somebody's unit file stands in place of the package's own. See systemctl(1), "revert". */
export function tellOverridden(name: string): Script {
  return sh`if test -e ${`/etc/systemd/system/${name}`} && test -e ${`/usr/lib/systemd/system/${name}`}; then
    echo ${`/etc/systemd/system/${name} stands in place of the package's own unit file; if that is not meant: systemctl revert ${name}`}; fi`;
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
