/** The broker's virtual hosts, users, permissions and policies. */
import { amqp } from '../../base/capability.ts';
import { reveal, type Text } from '../../base/secret.ts';
import { type Resource, rabbitmqPolicy, rabbitmqUser, rabbitmqVhost } from '../../resources/index.ts';
import { policyName } from '../../resources/rabbitmq/policy.ts';
import type { HostContext } from '../role.ts';
import { twoPasswords, wantedAndAbsent } from './errors.ts';
import type { RabbitmqUserValue, RabbitmqValues } from './vars.ts';

/** One user with all its entries put together. */
export type Account = {
  readonly name: string;
  readonly password: Text;
  readonly tags: readonly string[];
  readonly entries: readonly RabbitmqUserValue[];
};

/** Puts the entries of each user together; the last one's tags count. @throws GatError rabbitmq/two-passwords, rabbitmq/contradiction */
export function accountsOf(v: RabbitmqValues, host: HostContext): readonly Account[] {
  const byName = new Map<string, RabbitmqUserValue[]>();
  for (const entry of v.rabbitmq_users) byName.set(entry.user, [...(byName.get(entry.user) ?? []), entry]);
  return [...byName].map(([name, entries]) => {
    if (v.rabbitmq_users_absent.includes(name))
      throw wantedAndAbsent(`the broker's user ${name}`, 'rabbitmq_users_absent', host);
    const passwords = new Set(entries.map((entry) => reveal(entry.password)));
    if (passwords.size > 1) throw twoPasswords(name, host);
    const last = entries.at(-1);
    return { name, password: last?.password ?? '', tags: tagsOf(last?.tags ?? ''), entries };
  });
}

/** Declares them all, to be made once the broker runs. @throws GatError rabbitmq/two-passwords, rabbitmq/contradiction */
export function declareAccounts(v: RabbitmqValues, host: HostContext, broker: Resource): readonly Resource[] {
  const vhosts = declareVhosts(v, host, broker);
  const users = accountsOf(v, host).map((account) => declareUser(account, host, [broker, ...vhosts]));
  const strangers = v.rabbitmq_users_absent.map((name) => rabbitmqUser(name, { absent: true, after: [broker] }));
  return [...vhosts, ...strangers, ...users, ...declarePolicies(v, host, [broker, ...vhosts])];
}

function declarePolicies(v: RabbitmqValues, host: HostContext, after: readonly Resource[]): readonly Resource[] {
  const wanted = v.rabbitmq_policies.map(({ apply_to, ...policy }) =>
    rabbitmqPolicy(policyName(policy), { ...policy, applyTo: apply_to, after }),
  );
  const names = new Set(v.rabbitmq_policies.map(policyName));
  const gone = v.rabbitmq_policies_absent.map((one) => {
    const name = policyName(one);
    if (names.has(name)) throw wantedAndAbsent(`the policy ${name}`, 'rabbitmq_policies_absent', host);
    return rabbitmqPolicy(name, { ...one, absent: true, after });
  });
  return [...wanted, ...gone];
}

/** A virtual host that only a user names is made too: the newer role has no other way to declare one. */
function declareVhosts(v: RabbitmqValues, host: HostContext, broker: Resource): readonly Resource[] {
  const declared = new Map(v.rabbitmq_vhosts.map((one) => [one.name, one]));
  const names = new Set([...declared.keys(), ...v.rabbitmq_users.map((one) => one.vhost)]);
  const wanted = [...names].map((name) => {
    if (v.rabbitmq_vhosts_absent.includes(name))
      throw wantedAndAbsent(`the virtual host ${name}`, 'rabbitmq_vhosts_absent', host);
    const { limits, tracing } = declared.get(name) ?? {};
    return rabbitmqVhost(name, {
      after: [broker],
      ...(limits === undefined ? {} : { limits }),
      ...(tracing === undefined ? {} : { tracing }),
    });
  });
  const gone = v.rabbitmq_vhosts_absent.map((name) => rabbitmqVhost(name, { absent: true, after: [broker] }));
  return [...wanted, ...gone];
}

function declareUser(account: Account, host: HostContext, after: readonly Resource[]): Resource {
  const { name, password, tags, entries } = account;
  const topics = entries.flatMap(({ vhost, topic_permissions: list }) =>
    list === undefined ? [] : [[vhost, list.map(topicOf)] as const],
  );
  const limits = entries.findLast((one) => one.limits !== undefined)?.limits;
  return rabbitmqUser(name, {
    password,
    tags,
    ...(limits === undefined ? {} : { limits }),
    permissions: Object.fromEntries(
      entries.map(({ vhost, configure_priv, write_priv, read_priv }) => [
        vhost,
        { configure: configure_priv, write: write_priv, read: read_priv },
      ]),
    ),
    ...(topics.length === 0 ? {} : { topicPermissions: Object.fromEntries(topics) }),
    after,
    provides: entries.map(({ vhost }) => amqp(host.name, vhost, name)),
  });
}

function topicOf(one: { readonly exchange: string; readonly write_priv: string; readonly read_priv: string }) {
  return { exchange: one.exchange, write: one.write_priv, read: one.read_priv };
}

function tagsOf(tags: string | readonly string[]): readonly string[] {
  const list = typeof tags === 'string' ? tags.split(',') : tags;
  return list.map((tag) => tag.trim()).filter(Boolean);
}
