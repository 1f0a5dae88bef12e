/** A message broker as the variables of its host describe it. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import type { HostView } from './host-view.ts';
import { entriesOf, isKnown, itemsOf, part, textOf } from './tree.ts';

export type BrokerUser = {
  readonly user: string;
  /** Compared, never shown. */
  readonly password: string | undefined;
  readonly vhost: string;
  readonly tags: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
  /** Where the name is written. */
  readonly at: Position;
  /** Where another part of the entry is written: its value, else the name. */
  readonly placeOf: (part: 'password' | 'vhost' | `${'configure' | 'write' | 'read'}_priv`) => Position;
};

export type Listener = {
  readonly address: string;
  readonly port: number;
  readonly at: Position;
  /** False for the broker's own default. */
  readonly written: boolean;
};

export type Broker = {
  readonly view: HostView;
  /** `list`: Erlang terms of the older role; `dict`: the container role's. */
  readonly era: 'list' | 'dict' | 'none';
  readonly vhosts: readonly { readonly name: string; readonly at: Position }[];
  readonly users: readonly BrokerUser[];
  readonly tls: readonly Listener[];
  readonly plain: readonly Listener[];
  /** `certfile`, `keyfile`, `cacertfile` and their places. */
  readonly files: ReadonlyMap<string, { readonly path: string; readonly at: Position }>;
};

/** Reads a broker. */
export function readBroker(view: HostView): Broker {
  const config = view.node('rabbitmq_config');
  const isList = config?.kind === 'list';
  const rabbit = isList ? setting(config, 'rabbit') : undefined;
  return {
    view,
    era: isList ? 'list' : config?.kind === 'dict' || isContainerRole(view) ? 'dict' : 'none',
    vhosts: itemsOf(view.node('rabbitmq_vhosts')).flatMap(readVhost),
    users: itemsOf(view.node('rabbitmq_users')).flatMap(readUser),
    tls: isList ? termListeners(rabbit, 'ssl_listeners') : dictListeners(part(config, 'ssl_listeners')),
    plain: plainListeners(config, rabbit),
    files: filesOf(isList ? setting(rabbit, 'ssl_options') : part(config, 'ssl_options')),
  };
}

/** Without a word about it the broker listens on 5672 everywhere; an empty list means nowhere. */
function plainListeners(config: Node | undefined, rabbit: Node | undefined): readonly Listener[] {
  if (!config) return [];
  const isList = config.kind === 'list';
  const written = isList ? setting(rabbit, 'tcp_listeners') : part(config, 'listeners', 'tcp');
  if (written === undefined) return [{ address: '', port: 5672, at: config.position, written: false }];
  return isList ? termListeners(rabbit, 'tcp_listeners') : dictListeners(written);
}

/** Whether the play names the role that runs the broker in a container. */
export function isContainerRole(view: HostView): boolean {
  return view.play.roles.some(({ role }) => /rabbitmqserver$/.test(role));
}

/** All virtual hosts that will be there: declared, named by a user, and the one that always is. */
export function knownVhosts(broker: Broker): ReadonlySet<string> {
  return new Set(['/', ...broker.vhosts.map((one) => one.name), ...broker.users.map((one) => one.vhost)]);
}

/** Those that the configuration itself declares: the older role makes no virtual host for a user. */
export function declaredVhosts(broker: Broker): ReadonlySet<string> {
  if (broker.era === 'dict' || broker.vhosts.length === 0) return knownVhosts(broker);
  return new Set(['/', ...broker.vhosts.map((one) => one.name)]);
}

/** The value of a key in a list of one-key dicts, or in a dict. */
export function setting(node: Node | undefined, key: string): Node | undefined {
  if (node?.kind === 'dict') return part(node, key);
  return itemsOf(node).flatMap((item) => part(item, key) ?? [])[0];
}

const salt = randomBytes(16);

/** A mark by which two passwords can be told apart in a message; it means nothing in any other run. */
export function fingerprint(password: string): string {
  return createHmac('sha256', salt).update(password).digest('hex').slice(0, 6);
}

function readVhost(node: Node): Broker['vhosts'] {
  const name = textOf(node.kind === 'dict' ? part(node, 'name') : node);
  return name === undefined ? [] : [{ name, at: node.position }];
}

function readUser(node: Node): readonly BrokerUser[] {
  const user = textOf(part(node, 'user'));
  const vhost = part(node, 'vhost');
  if (user === undefined || (vhost !== undefined && !isKnown(vhost))) return [];
  const right = (key: string) => textOf(part(node, key)) ?? '.*';
  const tags = part(node, 'tags');
  const at = part(node, 'user')?.position ?? node.position;
  return [
    {
      user,
      password: textOf(part(node, 'password')),
      vhost: textOf(vhost) ?? '/',
      tags: tags?.kind === 'list' ? tags.items.map((one) => textOf(one) ?? '').join(',') : (textOf(tags) ?? ''),
      configure: right('configure_priv'),
      write: right('write_priv'),
      read: right('read_priv'),
      at,
      placeOf: (key) => part(node, key)?.position ?? at,
    },
  ];
}

/** `- 5671`, or `- "'0.0.0.0'": 5671`. */
function termListeners(rabbit: Node | undefined, key: string): readonly Listener[] {
  return itemsOf(setting(rabbit, key)).flatMap((item): readonly Listener[] => {
    const [pair] = entriesOf(item);
    const port = Number(textOf(pair ? pair[1] : item));
    const address = pair ? pair[0].replace(/^['"]|['"]$/g, '') : '';
    return Number.isInteger(port) && port > 0 ? [{ address, port, at: item.position, written: true }] : [];
  });
}

/** `5671`, `0.0.0.0:5671`, `none`, or a dict of these. */
function dictListeners(node: Node | undefined): readonly Listener[] {
  const leaves = node?.kind === 'dict' ? [...node.entries.values()] : itemsOf(node);
  return leaves.flatMap((leaf): readonly Listener[] => {
    const [, address = '', port] = /^(?:(.*):)?(\d+)$/.exec(textOf(leaf) ?? '') ?? [];
    return port === undefined ? [] : [{ address, port: Number(port), at: leaf.position, written: true }];
  });
}

function filesOf(options: Node | undefined): Broker['files'] {
  const names = ['cacertfile', 'certfile', 'keyfile'];
  return new Map(
    names.flatMap((name) => {
      const node = setting(options, name);
      const path = textOf(node);
      return node && path !== undefined ? [[name, { path, at: node.position }] as const] : [];
    }),
  );
}
