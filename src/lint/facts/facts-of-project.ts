/** What the rules look at: all hosts in all plays, and the systems that their variables describe. Plain data, no host asked. */
import type { GatError } from '../../base/errors.ts';
import type { Steps } from '../../base/steps.ts';
import { orError } from '../../project/loader.ts';
import type { Play } from '../../project/playbook/types.ts';
import type { Project } from '../../project/project.ts';
import { playHosts } from '../../project/scope.ts';
import { type Broker, readBroker } from './broker.ts';
import {
  bringsCertificate,
  type Certificate,
  readCertificate,
  readWebServer,
  type WebServer,
} from './certificate.ts';
import { type Client, type FindBroker, galaxyClients, isLocal, pulsarClients } from './client.ts';
import { type Galaxy, readGalaxy } from './galaxy.ts';
import { type HostView, viewHost } from './host-view.ts';
import { type Pulsar, readPulsar } from './pulsar.ts';
import { textOf } from './tree.ts';

export type ProjectFacts = {
  readonly project: Project;
  readonly plays: readonly Play[];
  readonly views: readonly HostView[];
  /** Those of the other plays, too. */
  readonly allViews: readonly HostView[];
  /** Plays whose variables can't be read at all: a vault without its password, a broken file. */
  readonly unreadable: readonly {
    readonly play: Play;
    readonly host: string;
    readonly errors: readonly GatError[];
  }[];
  readonly brokers: readonly Broker[];
  readonly galaxies: readonly Galaxy[];
  readonly pulsars: readonly Pulsar[];
  readonly clients: readonly Client[];
  readonly certificates: readonly Certificate[];
  readonly webServers: readonly WebServer[];
  /** The certificate of a host, as the play says that is looked at, else as another one does. */
  readonly certificateOf: (view: HostView) => Certificate | undefined;
  /** The inventory name of the host that a name or address means. */
  readonly hostNamed: (name: string, from: HostView) => string | undefined;
};

/** Works the facts out; `others` are plays that are only looked at for what the first ones must agree with. */
export function* factsOfProject(
  project: Project,
  plays: readonly Play[],
  others: readonly Play[],
): Steps<ProjectFacts> {
  const { views, unreadable } = yield* readViews(project, plays);
  const allViews = [...views, ...(yield* readViews(project, others)).views];
  const of = (role: string) => oncePerHost(allViews.filter((view) => view.has(role)));
  const brokers = of('rabbitmq').map(readBroker);
  const certificates = allViews.flatMap((view) => readCertificate(view) ?? []);
  const hostNamed = addressBook(project, allViews, certificates);
  const find: FindBroker = (name, from) => {
    const host = hostNamed(name, from);
    return brokers.find((broker) => broker.view.host === host);
  };
  const galaxies = yield* eachOf(of('galaxy'), readGalaxy);
  const pulsars = yield* eachOf(of('pulsar'), readPulsar);
  return {
    project,
    plays,
    views,
    allViews,
    unreadable,
    brokers,
    galaxies,
    pulsars,
    clients: [
      ...galaxies.flatMap((galaxy) => galaxyClients(galaxy, find)),
      ...pulsars.flatMap((pulsar) => pulsarClients(pulsar, find)),
    ],
    certificates,
    webServers: of('nginx').map(readWebServer),
    certificateOf: (view) =>
      certificates.find((one) => (bringsCertificate(view) ? one.view === view : one.view.host === view.host)),
    hostNamed,
  };
}

function* eachOf<T>(views: readonly HostView[], read: (view: HostView) => T): Steps<readonly T[]> {
  const all: T[] = [];
  for (const view of views) {
    all.push(read(view));
    yield;
  }
  return all;
}

function* readViews(project: Project, plays: readonly Play[]): Steps<Pick<ProjectFacts, 'views' | 'unreadable'>> {
  const views: HostView[] = [];
  const unreadable: { play: Play; host: string; errors: readonly GatError[] }[] = [];
  for (const play of plays) {
    for (const host of playHosts(project, play)) {
      const read = orError(() => viewHost(project, play, host));
      if ('value' in read) views.push(read.value);
      else unreadable.push({ play, host, errors: read.errors });
      yield;
    }
  }
  return { views, unreadable };
}

/** A host whose role several plays have is the same system; only Pulsars may be several on one host. */
function oncePerHost(views: readonly HostView[]): readonly HostView[] {
  const known = new Map<string, HostView>();
  for (const view of views) {
    const key = `${view.host} ${textOf(view.node('pulsar_systemd_service_name')) ?? ''}`;
    if (!known.has(key)) known.set(key, view);
  }
  return [...known.values()];
}

/** Names of the inventory, addresses that hosts are reached by, and names on certificates. */
function addressBook(
  project: Project,
  views: readonly HostView[],
  certificates: readonly Certificate[],
): ProjectFacts['hostNamed'] {
  const addresses = new Map<string, string>();
  for (const { view, domains } of certificates) for (const name of domains) addresses.set(name, view.host);
  for (const view of views) {
    const address = textOf(view.node('ansible_host'));
    if (address !== undefined) addresses.set(address, view.host);
  }
  for (const host of project.inventory.hosts.keys()) addresses.set(host.toLowerCase(), host);
  return (name, from) => (isLocal(name) ? from.host : addresses.get(name.toLowerCase()));
}
