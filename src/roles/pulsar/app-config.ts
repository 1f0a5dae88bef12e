/** What stands in app.yml: the options of `pulsar_yaml_config_merged`, those that Pulsar would not read put where it does. */
import { type AmqpUrl, parseAmqpUrl } from '../../base/amqp-url.ts';
import { reveal, Secret, type Text } from '../../base/secret.ts';
import { isDict, type Scalar, type Value } from '../../base/value.ts';
import type { HostContext } from '../role.ts';
import { badQueueUrl } from './errors.ts';
import type { PulsarValues } from './vars.ts';

type Dict = ReadonlyMap<Scalar, Value>;

/** Options of a manager: at the top level, where the tutorial puts them, Pulsar does not read them. */
const OF_MANAGERS =
  /^(?:min_polling_interval|(?:pre|post)process_action_(?:max_retries|interval_(?:start|step|max)))$/;

const MANAGERS = ['managers', 'manager', 'job_managers_config'];

/** The options as they are written: what only managers read moves to the default one, unless the admin has managers. */
export function appConfig(v: PulsarValues): Dict {
  const config = v.pulsar_yaml_config_merged;
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
  if (typeof url !== 'string' && !(url instanceof Secret)) throw badQueueUrl(host, 'it is no text');
  if (/^https?:/.test(reveal(url))) return undefined;
  const parsed = parseAmqpUrl(url);
  const missing = parsed && (['host', 'user'] as const).find((part) => parsed[part] === '');
  if (!parsed) throw badQueueUrl(host, 'it is no AMQP URL');
  if (missing) throw badQueueUrl(host, `it names no ${missing}`);
  return { ...parsed, text: url };
}

/** Names of the managers, as they stand in the names of the queues. */
export function managerNames(config: Dict): readonly string[] {
  const managers = config.get('managers');
  return managers !== undefined && isDict(managers) ? [...managers.keys()].map(String) : ['_default_'];
}
