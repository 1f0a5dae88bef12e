/**
 * A user of the broker: password, tags, what it may do in each virtual host. The password is compared by its hash, here;
 * neither is ever shown. Permissions in virtual hosts that aren't named are left alone.
 */
import { z } from 'zod';
import { joinText, mapText, type Text } from '../../base/secret.ts';
import { type Change, type CommonProps, defineKind, type Observed, type Probe, type State } from '../kind.ts';
import { binary, broker, importDefinitions, parseAnswer, tellBroker } from './broker.ts';
import { brokerDown } from './down.ts';
import { listed, renderLimits } from './limits.ts';
import { matchesHash } from './password.ts';

/** Regular expressions over the names of queues and exchanges. */
export type RabbitmqPermission = { readonly configure: string; readonly write: string; readonly read: string };

/** Regular expressions over routing keys, for one exchange. */
export type RabbitmqTopicPermission = { readonly exchange: string; readonly write: string; readonly read: string };

export type RabbitmqUserProps = CommonProps & {
  /** Not needed for `absent` users. */
  readonly password?: Text;
  /** `administrator`, `monitoring`, …; others are taken away. */
  readonly tags?: readonly string[];
  /** By virtual host. */
  readonly permissions?: Readonly<Record<string, RabbitmqPermission>>;
  /** By virtual host, all that the user has there; an empty list takes them away. */
  readonly topicPermissions?: Readonly<Record<string, readonly RabbitmqTopicPermission[]>>;
  /** Upper bounds: `max-connections`, `max-channels`; others are taken away. */
  readonly limits?: Readonly<Record<string, number>>;
};

const answer = z.object({
  users: z.array(
    z.object({
      name: z.string(),
      password_hash: z.string().optional(),
      hashing_algorithm: z.string().optional(),
      tags: z.union([z.array(z.string()), z.string()]).optional(),
      limits: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
    }),
  ),
  permissions: z.array(
    z.object({
      user: z.string(),
      vhost: z.string(),
      configure: z.string(),
      write: z.string(),
      read: z.string(),
    }),
  ),
  topic_permissions: z.array(
    z.object({ user: z.string(), vhost: z.string(), exchange: z.string(), write: z.string(), read: z.string() }),
  ),
});

type Answer = z.infer<typeof answer>;

const users: Probe<RabbitmqUserProps> = {
  ...broker,
  name: 'rabbitmq-users',
  parse(stdout, items) {
    const found = parseAnswer(stdout, 'users');
    if (found === undefined) return brokerDown(items);
    const said = answer.parse(found);
    const wanted = new Map(items.map((item) => [item.name, item.props]));
    return new Map(
      said.users.map((user): [string, Observed] => [user.name, observedState(user, said, wanted.get(user.name))]),
    );
  },
};

function observedState(
  user: Answer['users'][number],
  broker: Answer,
  props: RabbitmqUserProps | undefined,
): State {
  const tags = typeof user.tags === 'string' ? user.tags.split(/[, ]+/) : (user.tags ?? []);
  const same =
    props?.password !== undefined &&
    matchesHash(
      props.password,
      user.password_hash ?? '',
      user.hashing_algorithm ?? 'rabbit_password_hashing_sha256',
    );
  const permissions = broker.permissions.filter((one) => one.user === user.name);
  const topics = broker.topic_permissions.filter((one) => one.user === user.name);
  const vhosts = new Set([...Object.keys(props?.topicPermissions ?? {}), ...topics.map(({ vhost }) => vhost)]);
  return {
    password: same ? AS_DECLARED : 'another one',
    tags: renderTags(tags),
    limits: renderLimits(user.limits),
    ...Object.fromEntries(permissions.map((one) => [permissionKey(one.vhost), renderPermission(one)])),
    ...Object.fromEntries(
      [...vhosts].map((vhost) => [topicKey(vhost), renderTopics(topics.filter((one) => one.vhost === vhost))]),
    ),
  };
}

const AS_DECLARED = 'as declared';
const permissionKey = (vhost: string) => `in ${vhost}`;
const topicKey = (vhost: string) => `topics in ${vhost}`;
const renderTags = (tags: readonly string[]) => [...new Set(tags.filter(Boolean))].sort().join(', ');
const renderPermission = (one: RabbitmqPermission) =>
  `configure ${one.configure} write ${one.write} read ${one.read}`;
const renderTopics = (all: readonly RabbitmqTopicPermission[]) =>
  listed(
    all.map(({ exchange, write, read }) => `${exchange || 'the default exchange'}: write ${write} read ${read}`),
  );

/**
 * Makes a user.
 * @example rabbitmqUser('galaxy_au', { password, permissions: { '/pulsar/galaxy_au': all }, after: [broker, vhost] })
 */
export const rabbitmqUser = defineKind<RabbitmqUserProps>({
  kind: 'rabbitmq_user',
  lane: 'slow',
  probe: users,
  desired: (props): State => ({
    ...(props.password === undefined ? {} : { password: AS_DECLARED }),
    tags: renderTags(props.tags ?? []),
    ...(props.limits === undefined ? {} : { limits: renderLimits(props.limits) }),
    ...Object.fromEntries(
      Object.entries(props.permissions ?? {}).map(([vhost, one]) => [permissionKey(vhost), renderPermission(one)]),
    ),
    ...Object.fromEntries(
      Object.entries(props.topicPermissions ?? {}).map(([vhost, all]) => [topicKey(vhost), renderTopics(all)]),
    ),
  }),
  applyAll(changes) {
    const wanted = changes.filter((change) => change.after);
    const removed = changes.filter((change) => !change.after);
    return tellBroker([
      ...wanted.flatMap(clearTopics),
      ...(wanted.length > 0 ? [importDefinitions(definitionsOf(wanted))] : []),
      ...wanted.flatMap(setLimits),
      ...removed.map(({ name }) => ask('delete_user', name)),
    ]);
  },
});

/** An expression about a user. */
function ask(what: string, name: string, ...more: readonly string[]): string {
  const given = [name, ...more].map(binary).join(', ');
  return `rabbit_auth_backend_internal:${what}(${given}, <<"gatdeploy">>)`;
}

/** An import only adds to them. */
function clearTopics(change: Change<RabbitmqUserProps>): readonly string[] {
  return Object.keys(change.props.topicPermissions ?? {})
    .filter((vhost) => change.before && change.keys.has(topicKey(vhost)))
    .map((vhost) => ask('clear_topic_permissions', change.name, vhost));
}

/** Setting some leaves the others. */
function setLimits({ name, props: { limits }, before, keys }: Change<RabbitmqUserProps>): readonly string[] {
  if (limits === undefined || (before && !keys.has('limits'))) return [];
  const isAny = Object.keys(limits).length > 0;
  return [
    ...(before ? [ask('clear_user_limits', name, 'all')] : []),
    ...(isAny ? [ask('set_user_limits', name, JSON.stringify(limits))] : []),
  ];
}

/** Only what differs is imported: an import of a user sets its password and tags anew, and logs that it did. */
function definitionsOf(changes: readonly Change<RabbitmqUserProps>[]): Text {
  const accounts = changes.filter(
    ({ before, keys }) => before === undefined || keys.has('password') || keys.has('tags'),
  );
  const permissions = changes.flatMap((change) =>
    Object.entries(change.props.permissions ?? {})
      .filter(([vhost]) => differs(change, permissionKey(vhost)))
      .map(([vhost, { configure, write, read }]) => ({ user: change.name, vhost, configure, write, read })),
  );
  const topics = changes.flatMap((change) =>
    Object.entries(change.props.topicPermissions ?? {})
      .filter(([vhost]) => differs(change, topicKey(vhost)))
      .flatMap(([vhost, all]) => all.map((one) => ({ user: change.name, vhost, ...one }))),
  );
  return joinText([
    '{"users":[',
    joinText(accounts.map(renderAccount), ','),
    `],"permissions":${JSON.stringify(permissions)},"topic_permissions":${JSON.stringify(topics)}}`,
  ]);
}

function differs({ before, keys }: Change<RabbitmqUserProps>, key: string): boolean {
  return before === undefined || keys.has(key);
}

function renderAccount({ name, props }: Change<RabbitmqUserProps>): Text {
  const tags = JSON.stringify(props.tags ?? []);
  const password = mapText(props.password ?? '', (text) => JSON.stringify(text));
  return joinText([`{"name":${JSON.stringify(name)},"tags":${tags},"password":`, password, '}']);
}
