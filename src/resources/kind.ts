/**
 * What a resource is, and how a kind of resources is defined: the state it should have, how to read the state it has
 * (one script for all of a host's resources), and how to do the difference.
 */
import type { Capability } from '../base/capability.ts';
import type { GatError } from '../base/errors.ts';
import type { ResourceStatus } from '../base/events.ts';
import type { Position } from '../base/position.ts';
import type { Text } from '../base/secret.ts';
import type { Script } from '../base/shell.ts';

/** A flat record, compared key by key. Secrets are no part of a state; a kind compares them while it parses. */
export type State = { readonly [key: string]: string | number | boolean };

/** What a probe found: a state, nothing there, or no way to know yet (with the reason). */
export type Observed = State | 'absent' | { readonly unknown: string };

/** Where a resource was declared: the role or task, and the user's lines that led to it. */
export type Origin = {
  readonly role: string;
  readonly positions: readonly Position[];
  /** The project's variables whose values appear in the resource, and where they are defined. */
  readonly variables?: readonly { readonly name: string; readonly position: Position }[];
};

/** Props that every kind takes. */
export type CommonProps = {
  /** Resources of the same host that come first. */
  readonly after?: readonly Resource[];
  /** Resources of the same host that come first by the order of a playbook, unless the data ask for another order. */
  readonly follows?: readonly Resource[];
  /** The same on other hosts. */
  readonly followsElsewhere?: readonly { readonly host: string; readonly resource: Resource }[];
  /** Capabilities, of any host, that must be there first. */
  readonly requires?: readonly Capability[];
  /** Capabilities that are there once this resource is. */
  readonly provides?: readonly Capability[];
  /** A path as a playbook has it: where a folder is there, things go into it, so the host is asked whether it is one. */
  readonly askedFor?: string;
  /** The resource must not exist. */
  readonly absent?: boolean;
  /** Nothing more is begun, on any host, once more than so many percent of the play's hosts have failed. */
  readonly fatal?: { readonly play: string; readonly hosts: number; readonly percent: number } | undefined;
  /** After this many seconds the change is given up and all that it runs is ended; each kind has a default. */
  readonly limitSeconds?: number;
};

/** One thing on one host, as a role declares it. */
export type Resource = {
  /** `kind[name]`, unique on its host. */
  readonly id: string;
  readonly kind: Kind;
  readonly name: string;
  readonly props: CommonProps;
  readonly origin?: Origin;
};

/** What a resource touches on the host; the graph draws edges from it. */
export type Touches = {
  /** The path that the resource makes; it comes after the directory it lies in. */
  readonly path?: string;
  /** What the path is then: nothing can be both. */
  readonly makes?: 'file' | 'directory';
  /** Paths that must exist first if somebody declares them. */
  readonly uses?: readonly string[];
  /** Owner and group: users and groups that must exist first if somebody declares them. */
  readonly users?: readonly string[];
  readonly groups?: readonly string[];
};

/** Resources, of the same host unless another one is named, whose change puts a key of the state out of date. */
export type Reaction = {
  readonly key: string;
  readonly to: readonly Resource[];
  readonly host?: string;
  /** Whether the change makes one of them just what a process in this state has loaded. */
  readonly isLoaded?: (one: Resource, observed: State) => boolean;
};

/** What a process reads from a resource when it starts: a file's bytes, a package's version, a tree's listing. */
export type Loadable =
  /** `becomes` is the digest of what it holds once it is as declared, where that is known. */
  | { readonly type: 'file'; readonly path: string; readonly becomes?: string }
  | { readonly type: 'package'; readonly name: string }
  | { readonly type: 'tree'; readonly path: string };

/** A text on a host: where it is, and what it should be. */
export type HostText = { readonly path: string; readonly content: Text };

/** The difference to make, as a kind's `apply` gets it. */
export type Change<P> = {
  readonly name: string;
  readonly props: P;
  /** Keys whose values differ; empty for a creation or a removal. */
  readonly keys: ReadonlySet<string>;
  readonly before: State | undefined;
  readonly after: State | undefined;
};

/** What a script printed and how it ended. */
export type RunOutput = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** How a resource that was applied while another one ran ended. */
export type Applied = {
  readonly resource: Resource;
  readonly status: ResourceStatus;
  readonly summary: string;
  readonly error?: GatError;
};

/** What would be done to a resource now, and whether a process would be stopped for it. */
export type Looked = { readonly status: 'same' | 'differs'; readonly stops: boolean };

/** When units that are at work may be stopped or restarted. */
export type RestartPolicy = {
  /** `idle` waits until nothing is cut off, and puts it off when that takes too long; `defer` does not wait; `now` cuts off. */
  readonly when: 'idle' | 'now' | 'defer';
  readonly waitMs: number;
};

/** What work that is decided on the controller may do when its turn has come. */
export type LateContext = {
  readonly restarts: RestartPolicy;
  /** Reads these resources and says what would be done to each. They may refer to each other only. */
  lookNow(resources: readonly Resource[]): Promise<readonly Looked[]>;
  /** Milliseconds since the run's start. */
  clock(): number;
  pause(ms: number): Promise<void>;
  /** Runs a script as root, once, even when the connection breaks meanwhile. @throws GatError apply/time-limit */
  run(script: Script, limitSeconds?: number): Promise<RunOutput>;
  /** Reads these resources, does what differs, and says how each ended. They may refer to each other only. */
  applyNow(resources: readonly Resource[]): Promise<readonly Applied[]>;
  /** How a resource of the same host, or of another one, ended; undefined when it hasn't, or isn't part of the run. */
  statusOf(resource: Resource, host?: string): ResourceStatus | undefined;
  /** Tells a line about the progress. */
  tell(line: string): void;
  /** Tells something that the user has asked to be told. */
  say(text: string): void;
  readonly signal?: AbortSignal | undefined;
};

/** How late work ended; deferred work stays due, for a later run. */
export type LateEnd = { readonly changed: boolean; readonly summary: string; readonly isDeferred?: boolean };

/** Decides and does the work of a resource whose state depends on what other resources find out on the host. */
export type Late = (context: LateContext) => Promise<LateEnd>;

/** How slow the work is, and with whom it can share: `quick` steps go together, `slow` ones run beside others, `apt` one at a time. */
export type Lane = 'quick' | 'slow' | 'apt';

/** How many seconds a change may take where its kind doesn't say. */
const LIMITS: Readonly<Record<Lane, number>> = { quick: 60, slow: 1800, apt: 1800 };

/** One resource as a probe sees it. */
export type Item<P> = { readonly name: string; readonly props: P };

/** Reads the states of all resources of a host that share it. Kinds may share one, so that one `stat` serves them all. */
export type Probe<P> = {
  readonly name: string;
  /** The program without which nothing can be known; then all states are unknown. */
  readonly needs?: string;
  /** Probes that name the same answer have the same script, whatever their items are: it runs once for all of them. */
  readonly answer?: string;
  /** A read-only script for all of them; it runs with LC_ALL=C and an empty standard input. */
  script(items: readonly Item<P>[]): Script;
  /** The states by resource name; a name left out is absent. */
  parse(stdout: string, items: readonly Item<P>[]): ReadonlyMap<string, Observed>;
};

export type KindSpec<P extends CommonProps> = {
  readonly kind: string;
  /** The state that the props ask for; not called for `absent` resources. */
  desired(props: P, name: string): State;
  readonly probe: Probe<P>;
  /** The script that makes the difference of one resource; it runs with `set -e`. */
  apply?(change: Change<P>): Script;
  /** Notes that what runs now has loaded what is there now, for a host that somebody else has deployed. */
  vouch?(name: string, props: P): Script;
  /** The same for all ready changes of the kind at once, where the tool takes many (apt-get install a b c). */
  applyAll?(changes: readonly Change<P>[]): Script;
  /** Takes the place of `apply` when all that comes before is done. @throws GatError when the work fails */
  readonly late?: (props: P, name: string) => Late;
  readonly lane?: Lane;
  /** How long a change may take; default: a minute for quick work, half an hour for other. */
  readonly limitSeconds?: number;
  readonly touches?: (props: P, name: string) => Touches;
  /** What a process that loads this resource reads of it. */
  readonly loadables?: (props: P, name: string) => readonly Loadable[];
  /** Resources that a running process has loaded: when one changes, the state key named here is out of date. */
  readonly reacts?: (props: P) => readonly Reaction[];
  /** It only names what others make: it changes when what it uses changes. */
  readonly standIn?: boolean;
  /** It may make or change things that other resources describe, as packages do: those are read again before their turn. */
  readonly sideEffects?: boolean;
  /** The text that the resource keeps on the host, for diffs. */
  readonly text?: (props: P, name: string) => HostText | undefined;
  /** Never show these keys' values. */
  readonly hidden?: readonly string[];
};

/** A kind with its props' type hidden, as graph, plan and apply use it. */
export type Kind = {
  readonly name: string;
  readonly lane: Lane;
  readonly sideEffects: boolean;
  readonly standIn: boolean;
  readonly bulk: boolean;
  /** Keys whose values are never shown. */
  readonly hidden: readonly string[];
  limitSeconds(resource: Resource): number;
  readonly probe: Probe<CommonProps>;
  desired(resource: Resource): State | 'absent';
  touches(resource: Resource): Touches;
  loadables(resource: Resource): readonly Loadable[];
  text(resource: Resource): HostText | undefined;
  reacts(resource: Resource): readonly Reaction[];
  apply(changes: readonly Change<CommonProps>[]): Script;
  /** Absent for kinds that have nothing to vouch for. */
  readonly vouch?: (resource: Resource) => Script;
  /** Absent for kinds whose work is known once their state was read. */
  readonly late?: (resource: Resource) => Late;
};

/**
 * Defines a kind; what it returns makes resources of that kind.
 * @example const directory = defineKind<DirectoryProps>({ kind: 'directory', … }); directory('/srv', { mode: '0755' })
 */
export function defineKind<P extends CommonProps>(spec: KindSpec<P>): (name: string, props: P) => Resource {
  const kind = eraseProps(spec);
  return (name, props) => ({ id: `${spec.kind}[${name}]`, kind, name, props });
}

/** The one place where the props' type is forgotten: a resource's props always come from its own kind's maker. */
function eraseProps<P extends CommonProps>(spec: KindSpec<P>): Kind {
  const propsOf = (resource: Resource): P => resource.props as P;
  const { late, vouch } = spec;
  return {
    name: spec.kind,
    lane: spec.lane ?? 'quick',
    sideEffects: spec.sideEffects ?? false,
    standIn: spec.standIn ?? false,
    bulk: spec.applyAll !== undefined,
    hidden: spec.hidden ?? [],
    limitSeconds: ({ props }) => props.limitSeconds ?? spec.limitSeconds ?? LIMITS[spec.lane ?? 'quick'],
    probe: spec.probe as unknown as Probe<CommonProps>,
    desired: (resource) => (resource.props.absent ? 'absent' : spec.desired(propsOf(resource), resource.name)),
    touches: (resource) => spec.touches?.(propsOf(resource), resource.name) ?? {},
    loadables: (resource) => spec.loadables?.(propsOf(resource), resource.name) ?? [],
    text: (resource) => spec.text?.(propsOf(resource), resource.name),
    reacts: (resource) => spec.reacts?.(propsOf(resource)) ?? [],
    ...(vouch && { vouch: (resource: Resource) => vouch(resource.name, propsOf(resource)) }),
    ...(late && { late: (resource: Resource) => late(propsOf(resource), resource.name) }),
    apply(changes) {
      const typed = changes as readonly Change<P>[];
      if (spec.applyAll) return spec.applyAll(typed);
      const [change] = typed;
      if (!change || !spec.apply || typed.length > 1)
        throw new Error(`kind ${spec.kind} applies one change at a time`);
      return spec.apply(change);
    },
  };
}
