/** `rabbitmq_config` of either generation as settings of rabbitmq.conf. See rabbitmq.com, "Configuration". */
import { joinText, reveal, Secret, type Text } from '../../base/secret.ts';
import type { HostContext } from '../role.ts';
import { fromTerms } from './config-terms.ts';
import { type Setting, scalar } from './setting.ts';
import type { Config, ConfigDict, RabbitmqValues } from './vars.ts';

/** What the role needs to know of its own configuration. */
export type Settings = {
  readonly lines: readonly Setting[];
  /** Listeners for AMQP over TLS and plain: `5671`, `127.0.0.1:5672`. */
  readonly tls: readonly string[];
  readonly plain: readonly string[];
  readonly certfile?: string;
  readonly keyfile?: string;
  readonly cacertfile?: string;
};

/** Works the configuration out, with safe values for what it leaves open. @throws GatError rabbitmq/setting */
export function settingsOf(v: RabbitmqValues, host: HostContext): Settings {
  const given = Array.isArray(v.rabbitmq_config)
    ? fromTerms(v.rabbitmq_config as readonly Config[], host)
    : fromDict((v.rabbitmq_config ?? {}) as ConfigDict);
  const has = (prefix: string) => given.some(({ key }) => key === prefix || key.startsWith(`${prefix}.`));
  const lines = given.map(inPlain);
  if (!has('listeners.tcp')) lines.unshift({ key: 'listeners.tcp.local', value: '127.0.0.1:5672' });
  if (isFour(v, host) && !has('max_message_size')) lines.push({ key: 'max_message_size', value: '134217728' });
  const plugins = v.rabbitmq_plugins.map((one) => one.name);
  if (plugins.includes('rabbitmq_management') && !has('management.tcp') && !has('management.ssl')) {
    lines.push({ key: 'management.tcp.ip', value: v.rabbitmq_management_ip });
    lines.push({ key: 'management.tcp.port', value: '15672' });
  }
  const one = (key: string) => {
    const value = lines.find((line) => line.key === key)?.value;
    return typeof value === 'string' ? value : undefined;
  };
  const all = (prefix: string) =>
    lines.flatMap(({ key, value }) => (key.startsWith(prefix) && typeof value === 'string' ? [value] : []));
  const files = Object.fromEntries(
    (['certfile', 'keyfile', 'cacertfile'] as const).flatMap((name) => {
      const path = one(`ssl_options.${name}`);
      return path === undefined ? [] : [[name, path]];
    }),
  );
  return { lines, tls: all('listeners.ssl.'), plain: all('listeners.tcp.'), ...files };
}

/** Addresses and paths are no secrets, whatever file they come from. */
function inPlain({ key, value }: Setting): Setting {
  return {
    key,
    value: /^(?:listeners[.]|ssl_options[.](?:ca)?certfile$|ssl_options[.]keyfile$)/.test(key)
      ? reveal(value)
      : value,
  };
}

/** Since RabbitMQ 4 a message may have 16 MB only, which jobs with many inputs exceed; before, it was this much. */
function isFour(v: RabbitmqValues, { facts }: HostContext): boolean {
  if (v.rabbitmq_install_method === 'repository') return Number.parseInt(v.rabbitmq_version ?? '4', 10) >= 4;
  return Number.parseFloat(facts.version) >= (facts.distribution === 'debian' ? 13 : 25.04);
}

/** Renders rabbitmq.conf. */
export function renderConfig(lines: readonly Setting[]): Text {
  const texts = lines.map(({ key, value }) => joinText([`${key} = `, value, '\n']));
  return joinText(['# Made by gatdeploy from rabbitmq_config.\n', ...texts]);
}

/** The newer generation: dicts in dicts, whose keys joined by dots are those of rabbitmq.conf; `ssl_listeners` is `listeners.ssl`. */
function fromDict(config: ConfigDict): readonly Setting[] {
  return Object.entries(config).flatMap(([key, value]) => flatten(DICT_NAMES[key] ?? key, value));
}

const DICT_NAMES: Readonly<Record<string, string>> = {
  ssl_listeners: 'listeners.ssl',
  tcp_listeners: 'listeners.tcp',
};

function flatten(key: string, value: Config): readonly Setting[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => flatten(`${key}.${index + 1}`, item as Config));
  if (typeof value === 'object' && !(value instanceof Secret))
    return Object.entries(value).flatMap(([name, item]) => flatten(`${key}.${name}`, item));
  return [{ key, value: scalar(value) }];
}
