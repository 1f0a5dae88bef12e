/**
 * A user of the broker: password, tags, what it may do in each virtual host. The password is compared by its hash, here;
 * neither is ever shown. Permissions in virtual hosts that aren't named are left alone.
 */
import { z } from 'zod';
import { joinText, mapText, type Text } from '../../base/secret.ts';
import { type Change, type CommonProps, defineKind, type Observed, type Probe, type State } from '../kind.ts';
import { binary, broker, importDefinitions, parseAnswer, tellBroker } from './broker.ts';
import { brokerDown } from './down.ts';
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
  readonly topicPermissions?: Readonly<Record<string, readonly RabbitmqTopicPermission[]>>;
  /** Upper bounds: `max-connections`, `max-channels`; those not named are left alone. */
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
      said.users.map((user): [string, Observed] => [
        user.name,
        observedState(user, said, wanted.get(user.name)?.password),
      ]),
    );
  },
};

function observedState(user: Answer['users'][number], broker: Answer, password: Text | undefined): State {
  const tags = typeof user.tags === 'string' ? user.tags.split(/[, ]+/) : (user.tags ?? []);
  const same =
    password !== undefined &&
    matchesHash(password, user.password_hash ?? '', user.hashing_algorithm ?? 'rabbit_password_hashing_sha256');
  const permissions = broker.permissions.filter((one) => one.user === user.name);
  const topics = broker.topic_permissions.filter((one) => one.user === user.name);
  return {
    password: same ? AS_DECLARED : 'another one',
    tags: renderTags(tags),
    ...Object.fromEntries(
      Object.entries(user.limits ?? {}).map(([name, value]) => [limitKey(name), Number(value)]),
    ),
    ...Object.fromEntries(permissions.map((one) => [permissionKey(one.vhost), renderPermission(one)])),
    ...Object.fromEntries(topics.map((one) => [topicKey(one.vhost, one.exchange), renderTopic(one)])),
  };
}

const AS_DECLARED = 'as declared';
const permissionKey = (vhost: string) => `in ${vhost}`;
const limitKey = (name: string) => `at most (${name})`;
const topicKey = (vhost: string, exchange: string) => `topics of ${exchange} in ${vhost}`;
const renderTags = (tags: readonly string[]) => [...new Set(tags.filter(Boolean))].sort().join(', ');
const renderPermission = (one: RabbitmqPermission) =>
  `configure ${one.configure} write ${one.write} read ${one.read}`;
const renderTopic = (one: { readonly write: string; readonly read: string }) =>
  `write ${one.write} read ${one.read}`;

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
    ...Object.fromEntries(Object.entries(props.limits ?? {}).map(([name, value]) => [limitKey(name), value])),
    ...Object.fromEntries(
      Object.entries(props.permissions ?? {}).map(([vhost, one]) => [permissionKey(vhost), renderPermission(one)]),
    ),
    ...Object.fromEntries(
      topicsOf(props).map(([vhost, one]) => [topicKey(vhost, one.exchange), renderTopic(one)]),
    ),
  }),
  applyAll(changes) {
    const wanted = changes.filter((change) => change.after);
    const removed = changes.filter((change) => !change.after);
    const limited = wanted.filter(({ props }) => Object.keys(props.limits ?? {}).length > 0);
    return tellBroker([
      ...(wanted.length > 0 ? [importDefinitions(definitionsOf(wanted))] : []),
      ...limited.map(
        ({ name, props }) =>
          `rabbit_auth_backend_internal:set_user_limits(${binary(name)}, ${binary(JSON.stringify(props.limits))}, <<"gatdeploy">>)`,
      ),
      ...removed.map(({ name }) => `rabbit_auth_backend_internal:delete_user(${binary(name)}, <<"gatdeploy">>)`),
    ]);
  },
});

function topicsOf(props: RabbitmqUserProps): readonly (readonly [string, RabbitmqTopicPermission])[] {
  return Object.entries(props.topicPermissions ?? {}).flatMap(([vhost, list]) =>
    list.map((one) => [vhost, one] as const),
  );
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
    topicsOf(change.props)
      .filter(([vhost, { exchange }]) => differs(change, topicKey(vhost, exchange)))
      .map(([vhost, { exchange, write, read }]) => ({ user: change.name, vhost, exchange, write, read })),
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
