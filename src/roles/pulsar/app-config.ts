/** What stands in app.yml: the options of `pulsar_yaml_config_merged`, those that Pulsar would not read put where it does. */
import { type AmqpUrl, parseAmqpUrl } from '../../base/amqp-url.ts';
import { mapText, reveal, Secret, type Text } from '../../base/secret.ts';
import type { Scalar, Value } from '../../base/value.ts';
import type { HostContext } from '../role.ts';
import { badQueueUrl } from './errors.ts';
import type { PulsarValues } from './vars.ts';

type Dict = ReadonlyMap<Scalar, Value>;

/** Options of a manager: at the top level, where the tutorial puts them, Pulsar does not read them. */
const OF_MANAGERS =
  /^(?:min_polling_interval|(?:pre|post)process_action_(?:max_retries|interval_(?:start|step|max)))$/;

const MANAGERS = ['managers', 'manager', 'job_managers_config'];

/** The options as they are written to app.yml. */
export function appConfig(v: PulsarValues): Dict {
  return withManager(withVerification(v, v.pulsar_yaml_config_merged));
}

/**
 * `?ssl=1` alone makes kombu check the chain but not the name, and makes it ignore amqp_connect_ssl_*. So a plain
 * `ssl` leaves the URL and says there what a careful client checks, unless the admin has options of his own.
 */
function withVerification(v: PulsarValues, config: Dict): Dict {
  const url = config.get('message_queue_url');
  if (v.pulsar_amqp_verify !== 'full' || !isText(url) || hasOwnTls(config)) return config;
  const parsed = parseAmqpUrl(url);
  if (!parsed?.tlsByQuery || !isName(parsed.host)) return config;
  return new Map<Scalar, Value>([
    ...config,
    ['message_queue_url', mapText(url, withoutSsl)],
    ['amqp_connect_ssl_server_hostname', parsed.host],
    ['amqp_connect_ssl_cert_reqs', 'cert_required'],
    ['amqp_connect_ssl_ca_certs', v.pulsar_ca_certificates],
  ]);
}

/** Whether the admin says himself how TLS is done. */
function hasOwnTls(config: Dict): boolean {
  return [...config.keys()].some((key) => typeof key === 'string' && key.startsWith('amqp_connect_ssl_'));
}

/** Certificates have names of hosts, hardly ever addresses, and never `localhost`. */
function isName(host: string): boolean {
  return /[a-z]/.test(host) && host.includes('.') && !host.includes(':');
}

function withoutSsl(url: string): string {
  const [place = '', query = ''] = url.split('?', 2);
  const rest = query.split('&').filter((one) => one !== '' && !one.startsWith('ssl='));
  return rest.length > 0 ? `${place}?${rest.join('&')}` : place;
}

function isText(value: Value | undefined): value is Text {
  return typeof value === 'string' || value instanceof Secret;
}

/** What only managers read moves to the default one, unless the admin has managers. */
function withManager(config: Dict): Dict {
  const inert = inertOptions(config);
  if (inert.length === 0 || MANAGERS.some((key) => config.has(key))) return config;
  const manager = new Map<Scalar, Value>([['type', 'queued_python'], ...inert]);
  const rest = [...config].filter(([key]) => !inert.some(([one]) => one === key));
  return new Map<Scalar, Value>([...rest, ['managers', new Map<Scalar, Value>([['_default_', manager]])]]);
}

/** Options at the top level that Pulsar reads only below a manager. */
export function inertOptions(config: Dict): readonly (readonly [Scalar, Value])[] {
  return [...config].filter(([key]) => typeof key === 'string' && OF_MANAGERS.test(key));
}

/** The queue that Pulsar takes its jobs from, or undefined where jobs come over HTTP. @throws GatError pulsar/queue-url */
export function queueOf(v: PulsarValues, host: HostContext): (AmqpUrl & { readonly text: Text }) | undefined {
  const url = v.pulsar_yaml_config_merged.get('message_queue_url');
  if (url === undefined || url === null || url === '') return undefined;
  if (!isText(url)) throw badQueueUrl(host, 'it is no text');
  if (/^https?:/.test(reveal(url))) return undefined;
  const parsed = parseAmqpUrl(url);
  const missing = parsed && (['host', 'user'] as const).find((part) => parsed[part] === '');
  if (!parsed) throw badQueueUrl(host, 'it is no AMQP URL');
  if (missing) throw badQueueUrl(host, `it names no ${missing}`);
  return { ...parsed, text: url };
}

/** The inventory name of the broker's host, or undefined where it is none of ours. */
export function brokerOf(queue: AmqpUrl, host: HostContext): string | undefined {
  return /^(?:localhost|127\.[\d.]+|::1)$/.test(queue.host) ? host.name : host.hostByAddress(queue.host);
}
