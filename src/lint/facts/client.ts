/** Who connects to a broker: Galaxy itself, its runners and the Pulsars, with their URLs as kombu reads them. */
import { type AmqpUrl, parseAmqpUrl } from '../../base/amqp-url.ts';
import type { Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import { reveal, Secret, type Text } from '../../base/secret.ts';
import type { Broker } from './broker.ts';
import type { Galaxy } from './galaxy.ts';
import type { HostView } from './host-view.ts';
import type { Runner } from './job-conf.ts';
import type { Pulsar } from './pulsar.ts';
import { entriesOf, part, textOf } from './tree.ts';
import { followSource, piecesOf, type UrlPiece } from './url-source.ts';

export type Client = {
  readonly view: HostView;
  /** `runner pulsar_runner`, `Pulsar on HOST`, `Galaxy on HOST`. */
  readonly label: string;
  readonly option: 'amqp_url' | 'message_queue_url' | typeof INTERNAL;
  /** Where the URL's text stands: in the option, or in the variable that is all of the option. */
  readonly at: Position;
  /** The URL with its password: never shown. */
  readonly raw: string;
  /** Undefined when it is no AMQP URL. */
  readonly url: AmqpUrl | undefined;
  /** The line of the file, template and all, as far as it can be found. */
  readonly source: string | undefined;
  /** What stands in its password and virtual host. */
  readonly pieces: readonly UrlPiece[];
  /** Options beside the URL, `amqp_*`. */
  readonly options: Node | undefined;
  readonly managers: readonly string[];
  readonly broker: Broker | undefined;
  readonly galaxy?: Galaxy;
  readonly runner?: Runner;
  readonly pulsar?: Pulsar;
};

/** Finds a broker by the name in a URL, as its client sees it. */
export type FindBroker = (name: string, from: HostView) => Broker | undefined;

/** The option of galaxy.yml for the queue of Galaxy's own processes and of Celery. */
const INTERNAL = 'amqp_internal_connection';

/** The clients that a Galaxy is: itself, where its processes talk over the broker, and its runners with a message queue. */
export function galaxyClients(galaxy: Galaxy, find: FindBroker): readonly Client[] {
  return [...internalClient(galaxy, find), ...runnerClients(galaxy, find)];
}

function internalClient({ options, view }: Galaxy, find: FindBroker): readonly Client[] {
  const node = part(options, INTERNAL);
  const raw = textOf(node);
  // Without a broker Galaxy takes a database for it.
  if (!node || raw === undefined || !/^(?:py)?amqps?:/.test(raw)) return [];
  const source = sourceOf(view, ['galaxy_config'], ['galaxy', INTERNAL]);
  const common = { view, option: INTERNAL, at: node.position, raw, source, options: undefined } as const;
  return [{ ...complete(common, find), label: `Galaxy on ${view.host}`, managers: [] }];
}

function runnerClients(galaxy: Galaxy, find: FindBroker): readonly Client[] {
  const runners = galaxy.jobs?.runners.filter((one) => one.isPulsarMq) ?? [];
  return runners.flatMap((runner) => {
    const node = part(runner.params, 'amqp_url');
    const raw = textOf(node);
    if (raw === undefined || !node) return [];
    const at = node.position;
    const manager = textOf(part(runner.params, 'manager')) ?? '_default_';
    const path = ['runners', runner.id, 'amqp_url'];
    const source =
      galaxy.written(at) ??
      sourceOf(galaxy.view, ['galaxy_job_config'], path) ??
      sourceOf(galaxy.view, ['galaxy_config'], ['galaxy', 'job_config', ...path]);
    const common = { view: galaxy.view, option: 'amqp_url' as const, at, raw, source, options: runner.params };
    const label = `runner ${runner.id}`;
    return [{ ...complete(common, find), label, managers: [manager], galaxy, runner }];
  });
}

/** The client that a Pulsar is, when it has a message queue. */
export function pulsarClients(pulsar: Pulsar, find: FindBroker): readonly Client[] {
  const { view, options } = pulsar;
  const raw = textOf(options.get('message_queue_url'));
  if (raw === undefined || raw === '' || /^https?:/.test(raw)) return [];
  const at = pulsar.placeOf('message_queue_url');
  const source = sourceOf(view, ['pulsar_yaml_config_merged', 'pulsar_yaml_config'], ['message_queue_url']);
  const dict: Node = { kind: 'dict', entries: options, position: at };
  const common = { view, option: 'message_queue_url' as const, at, raw, source, options: dict };
  const managers = pulsar.managers.map((one) => one.name);
  return [{ ...complete(common, find), label: `Pulsar on ${view.host}`, managers, pulsar }];
}

/** Options of TLS beside the URL. */
export function tlsOptions(client: Client): readonly string[] {
  return entriesOf(client.options).flatMap(([key]) => (key.startsWith('amqp_connect_ssl_') ? [key] : []));
}

/** Whether the client speaks TLS. */
export function speaksTls(client: Client): boolean {
  return client.url?.tls === true || tlsOptions(client).length > 0;
}

/** Whether two clients meet in one virtual host of one broker; a broker outside the project is known by its name. */
export function isSameQueue(one: Client, other: Client): boolean {
  const isSameBroker = one.broker ? one.broker === other.broker : one.url?.host === other.url?.host;
  return isSameBroker && one.url !== undefined && one.url.vhost === other.url?.vhost;
}

/** The Pulsars that wait where a runner sends its jobs, those with its manager first. */
export function pulsarsOf(runner: Client, clients: readonly Client[]): readonly Client[] {
  const all = clients.filter((one) => one.pulsar && isSameQueue(one, runner));
  const hasManager = (one: Client) => one.managers.includes(runner.managers[0] ?? '_default_');
  return [...all.filter(hasManager), ...all.filter((one) => !hasManager(one))];
}

/** Whether a name means the machine itself. */
export function isLocal(name: string): boolean {
  return /^(?:localhost(?:\..*)?|127\.[\d.]+|::1|0\.0\.0\.0)$/.test(name);
}

type Common = Pick<Client, 'view' | 'option' | 'at' | 'raw' | 'source' | 'options'>;

function complete(common: Common, find: FindBroker) {
  const url = parseAmqpUrl(new Secret(common.raw, '***'));
  const broker = url && url.host !== '' ? find(url.host, common.view) : undefined;
  const { at, view, raw } = common;
  const written = common.source === undefined ? undefined : followSource({ text: common.source, at }, view);
  const source = written?.text;
  return { ...common, at: written?.at ?? at, source, url, broker, pieces: piecesOf(source ?? raw, view, at) };
}

/** The text of a variable's part as it was written. */
function sourceOf(view: HostView, names: readonly string[], path: readonly string[]): string | undefined {
  for (const name of names) {
    if (!view.defined(name)) continue;
    const leaf = part(view.scope.lookup(name), ...path);
    if (leaf?.kind === 'scalar' && leaf.value !== null) return reveal(leaf.value as Text);
  }
  return undefined;
}
