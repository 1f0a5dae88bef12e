/** The older form of `rabbitmq_config`: Erlang terms, as lists of one-key dicts. See rabbitmq.com, "Configuration", "classic format". */
import { Secret, type Text } from '../../base/secret.ts';
import type { HostContext } from '../role.ts';
import { unknownSetting } from './errors.ts';
import { type Setting, scalar } from './setting.ts';
import type { Config } from './vars.ts';

/** How applications' settings begin in rabbitmq.conf. */
const PREFIXES: Readonly<Record<string, string>> = {
  rabbit: '',
  rabbitmq_management: 'management.',
  rabbitmq_management_agent: 'management_agent.',
  rabbitmq_mqtt: 'mqtt.',
  rabbitmq_stomp: 'stomp.',
};

/** One setting of an application, with what its error needs. */
type Term = {
  readonly application: string;
  readonly key: string;
  readonly value: Config;
  readonly host: HostContext;
};

/** Turns applications, each with a list of one-key dicts, into settings. @throws GatError rabbitmq/setting */
export function fromTerms(terms: readonly Config[], host: HostContext): readonly Setting[] {
  return pairs(terms)
    .filter(([application]) => PREFIXES[application] !== undefined)
    .flatMap(([application, settings]) =>
      pairs(settings).flatMap(([key, value]) => fromTerm({ application, key, value, host })),
    );
}

/** The applications that rabbitmq.conf has no place for: their terms are for advanced.config. */
export function otherApplications(terms: readonly Config[]): readonly (readonly [string, Config])[] {
  return pairs(terms).filter(([application]) => PREFIXES[application] === undefined);
}

function fromTerm(term: Term): readonly Setting[] {
  const prefix = PREFIXES[term.application] ?? '';
  const special = SPECIAL[term.key];
  if (special) return special(prefix, term);
  const key = `${prefix}${nameOf(term)}`;
  if (isNested(term.value))
    return pairs(term.value).flatMap(([name, value]) => plain(`${key}.${name}`, value, term));
  return plain(key, term.value, term);
}

/** Settings of one value that have another name in rabbitmq.conf. */
const NAMES: Readonly<Record<string, string>> = {
  disk_free_limit: 'disk_free_limit.absolute',
  num_ssl_acceptors: 'num_acceptors.ssl',
  num_tcp_acceptors: 'num_acceptors.tcp',
  vm_memory_high_watermark: 'vm_memory_high_watermark.relative',
};

function nameOf({ key, value }: Term): string {
  return isScalar(value) ? (NAMES[key] ?? key) : key;
}

/** Settings that rabbitmq.conf writes in another way. */
const SPECIAL: Readonly<Record<string, (prefix: string, term: Term) => readonly Setting[]>> = {
  tcp_listeners: (prefix, term) => listeners(`${prefix}listeners.tcp`, term),
  ssl_listeners: (prefix, term) => listeners(`${prefix}listeners.ssl`, term),
  loopback_users: (_prefix, term) => loopbackUsers(term.value),
  listener: (prefix, term) => webListener(prefix, term),
  log_levels: (_prefix, term) =>
    pairs(term.value).flatMap(([name, value]) => plain(`log.${name}.level`, value, term)),
};

/** The management's listener: plain, or with its own certificate. */
function webListener(prefix: string, term: Term): readonly Setting[] {
  const given = pairs(term.value);
  const isTls = given.some(([name, value]) => name === 'ssl' && String(value).toLowerCase() === 'true');
  const place = `${prefix}${isTls ? 'ssl' : 'tcp'}`;
  return given
    .filter(([name]) => name !== 'ssl')
    .flatMap(([name, value]) =>
      name === 'ssl_opts'
        ? pairs(value).flatMap(([option, item]) => plain(`${place}.${option}`, item, term))
        : plain(`${place}.${name}`, value, term),
    );
}

/** A scalar, or a list of scalars whose lines are numbered. */
function plain(key: string, value: Config, term: Term): readonly Setting[] {
  const numbered = Array.isArray(value)
    ? value.map((item, index): [string, Config] => [`${key}.${index + 1}`, item as Config])
    : [[key, value] as [string, Config]];
  return numbered.map(([name, item]) => {
    if (!isScalar(item)) throw unsupported(term, 'its value has no counterpart in that format');
    return { key: name, value: scalar(item) };
  });
}

/** A value that fits on one line. */
export type Scalar = string | number | bigint | boolean | Secret;

/** Whether a value is neither a list nor a dict, and there. */
export function isScalar(value: Config): value is Scalar {
  return value instanceof Secret || (value !== null && typeof value !== 'object');
}

/** A dict, or a list of one-key dicts. */
function isNested(value: Config): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => isNested(item as Config));
  return value !== null && !isScalar(value);
}

/** The pairs of a dict, or of all dicts of a list. */
export function pairs(value: Config): readonly (readonly [string, Config])[] {
  if (Array.isArray(value)) return value.flatMap((item) => pairs(item as Config));
  if (value === null || isScalar(value)) return [];
  return Object.entries(value);
}

function listeners(prefix: string, { value }: Term): readonly Setting[] {
  const items = (Array.isArray(value) ? value : [value]) as readonly Config[];
  if (items.length === 0) return [{ key: prefix, value: 'none' }];
  return items.map((item, index) => {
    const shown = listener(item);
    const first = String(shown).startsWith('127.') ? 'local' : 'default';
    return { key: `${prefix}.${index === 0 ? first : index + 1}`, value: shown };
  });
}

/** A port, or `{"'127.0.0.1'": 5672}`: in Erlang the address was a quoted atom or a string, and the quotes part of the key. */
function listener(item: Config): Text {
  const [pair] = pairs(item);
  if (!pair) return isScalar(item) ? scalar(item) : '';
  const address = pair[0].replace(/^['"]|['"]$/g, '');
  return `${address.includes(':') ? `[${address}]` : address}:${String(pair[1])}`;
}

function loopbackUsers(value: Config): readonly Setting[] {
  const users = (Array.isArray(value) ? value : [value]).map(String);
  if (users.length === 0) return [{ key: 'loopback_users', value: 'none' }];
  return users.map((user) => ({ key: `loopback_users.${user.replace(/^<<"|">>$/g, '')}`, value: 'true' }));
}

function unsupported({ application, key, host }: Term, why: string): Error {
  return unknownSetting(`${application}.${key}`, host, why);
}
