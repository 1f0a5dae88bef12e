/** The variables of usegalaxy_eu.rabbitmq and usegalaxy_eu.rabbitmqserver, under the names that their users know. */
import { z } from 'zod';
import { Secret } from '../../base/secret.ts';
import type { RoleValues } from '../role.ts';
import { bool, int, listOf, text, word } from '../types.ts';
import { ownVars } from './own-vars.ts';

const permission = word.default('.*');

const user = z.strictObject({
  user: word,
  password: text,
  vhost: word.default('/'),
  configure_priv: permission,
  read_priv: permission,
  write_priv: permission,
  /** Comma-separated, or a list. */
  tags: z.union([z.array(word), word]).default(''),
  topic_permissions: listOf(
    z.strictObject({ exchange: word, write_priv: permission, read_priv: permission }),
  ).optional(),
  limits: z.partialRecord(z.enum(['max-connections', 'max-channels']), int).optional(),
  node: word.optional(),
  state: word.optional(),
  force: bool.optional(),
  update_password: word.optional(),
});

const vhost = z.union([
  word.transform((name) => ({ name, limits: undefined, tracing: false })),
  z.strictObject({
    name: word,
    node: word.optional(),
    tracing: bool.default(false),
    limits: z.partialRecord(z.enum(['max-connections', 'max-queues']), int).optional(),
  }),
]);

/** A name with a space is a list whose first item stands beside the variable's name. */
const plugin = z.union([
  z
    .string()
    .regex(/^\S+$/)
    .transform((name) => ({ name, url: undefined })),
  z.strictObject({ name: word, url: word.optional() }),
]);

/** Configuration as plain data; the two generations write it as a list of one-key dicts, or as a dict in dicts. */
export type Config = null | boolean | number | bigint | string | Secret | readonly Config[] | ConfigDict;
export type ConfigDict = { readonly [key: string]: Config };

const config: z.ZodType<Config> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.number(),
    z.bigint(),
    z.string(),
    z.instanceof(Secret),
    z.array(config),
    z.record(z.string(), config),
  ]),
);

export const vars = {
  rabbitmq_config: {
    type: z.union([z.array(config), z.record(z.string(), config)]).optional(),
    doc: 'The configuration, as a list of one-key dicts (Erlang terms) or as a dict; either way rabbitmq.conf is written. Without it the broker listens for plain AMQP on the host itself only.',
  },
  rabbitmq_vhosts: {
    type: listOf(vhost),
    default: [],
    doc: 'Virtual hosts, by name or `{name, tracing, limits}`. Where there are `limits`, others are taken away; `{}` takes all away.',
  },
  rabbitmq_vhosts_absent: { type: listOf(word), default: [], doc: 'Virtual hosts to remove, with their queues.' },
  rabbitmq_users: {
    type: listOf(user),
    default: [],
    doc: "Users: `user`, `password`, `vhost`, `configure_priv`, `read_priv`, `write_priv`, `tags`, `topic_permissions`, `limits`. A user of several virtual hosts has several entries. Where there are `limits` or `topic_permissions`, others are taken away, by an empty value all. The users that Ansible's roles make where the variable is missing, with passwords that everybody knows, are not made.",
  },
  rabbitmq_users_absent: { type: listOf(word), default: ['guest'], doc: 'Users to remove.' },
  rabbitmq_plugins: {
    type: listOf(plugin),
    default: ['rabbitmq_management'],
    doc: 'Exactly these plugins are enabled; `{name, url}` fetches the file of one first.',
  },
  rabbitmq_plugins_disabled: {
    type: listOf(word),
    default: [],
    doc: 'Plugins to leave out of `rabbitmq_plugins`.',
  },
  rabbitmq_plugin_dir: {
    type: word,
    default: '/usr/lib/rabbitmq/plugins',
    doc: 'Where files of plugins with a `url` are put.',
  },
  rabbitmq_version: {
    type: word.optional(),
    doc: 'Version such as `3.13.7-1`, for `rabbitmq_install_method: repository`. The distribution has one version only, and brings the Erlang that fits.',
  },
  rabbitmq_cluster: { type: bool, default: false, doc: 'Clusters are not supported.' },
  rabbitmq_cluster_master: { type: word.optional(), doc: 'Clusters are not supported.' },
  rabbitmq_cluster_ip_address: { type: word.optional(), doc: 'Clusters are not supported.' },
  rabbitmq_cluster_name: { type: word.optional(), doc: 'Clusters are not supported.' },
  rabbitmq_cluster_members: { type: listOf(word).optional(), doc: 'Clusters are not supported.' },
  rabbitmq_erlang_cookie: {
    type: text.optional(),
    doc: 'The cookie of a cluster; a single broker makes its own.',
  },
  rabbitmq_erlang_cookie_file: {
    type: word,
    default: '/var/lib/rabbitmq/.erlang.cookie',
    doc: 'Where the cookie is.',
  },
  rabbitmq_container: {
    type: z.looseObject({ name: word.optional(), image: word.optional(), hostname: word.optional() }).optional(),
    doc: 'Variable of the role that runs the broker in a container; the broker is installed as a package instead. Queues and messages of a container stay in it; virtual hosts and users are made anew.',
  },
  rabbitmq_container_pause: { type: int.optional(), doc: 'Has no effect: there is no container.' },
  rabbitmq_setup: { type: word.optional(), doc: '`standalone`; clusters are not supported.' },
  rabbitmq_container_standalone_setup_details: {
    type: z.unknown(),
    doc: 'Has no effect: there is no container.',
  },
  rabbitmq_container_cluster_setup_details: { type: z.unknown(), doc: 'Has no effect: there is no container.' },
  rabbitmq_path: { type: word.optional(), doc: 'Has no effect: the configuration is in /etc/rabbitmq.' },
  rabbitmq_data_volume: { type: word.optional(), doc: 'Has no effect: data are in /var/lib/rabbitmq.' },
  rabbitmq_predefined_erlang_cookie: {
    type: text.optional(),
    doc: 'Has no effect: the broker makes its own cookie.',
  },
  ...ownVars,
} as const;

export type RabbitmqValues = RoleValues<typeof vars>;
export type RabbitmqUserValue = RabbitmqValues['rabbitmq_users'][number];

/** The values with the users of `pulsar_sites` among the others. */
export function withSiteUsers(v: RabbitmqValues): RabbitmqValues {
  const all = '.*';
  const users = v.pulsar_sites.map(({ user: name, password, vhost: place }) => ({
    user: name,
    password,
    vhost: place,
    configure_priv: all,
    read_priv: all,
    write_priv: all,
    tags: '',
  }));
  return users.length === 0 ? v : { ...v, rabbitmq_users: [...v.rabbitmq_users, ...users] };
}
