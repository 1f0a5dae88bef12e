import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/base/secret.ts';
import { rabbitmqPlugins, rabbitmqPolicy, rabbitmqUser, rabbitmqVhost } from '../../src/resources/index.ts';
import type { CommonProps, Observed, Resource, State } from '../../src/resources/kind.ts';
import { policyName } from '../../src/resources/rabbitmq/policy.ts';

const recorded = (name: string): string => readFileSync(`test/resources/rabbitmq/${name}.out`, 'utf8');
const itemsOf = (resources: readonly Resource[]) => resources.map(({ name, props }) => ({ name, props }));

/** What a kind makes of what a real broker said. */
function observed(resource: Resource, name: string): Observed | 'absent' {
  return resource.kind.probe.parse(recorded(name), itemsOf([resource])).get(resource.name) ?? 'absent';
}

const everything = { configure: '.*', write: '.*', read: '.*' };
const galaxyAu = rabbitmqUser('galaxy_au', {
  password: new Secret('vh'),
  permissions: { '/pulsar/galaxy_au': everything },
});
const version = ['3.10.8', '4.0.5'];

describe('users of a recorded broker', () => {
  test.each(version)('are as declared in %s', (broker) => {
    expect(observed(galaxyAu, `users-${broker}`)).toEqual({
      ...(galaxyAu.kind.desired(galaxyAu) as State),
      limits: 'none',
      'topics in /pulsar/galaxy_au': 'amq.topic: write ^a read .*',
    });
  });

  test.each(version)('show another password without showing it, in %s', (broker) => {
    const other = rabbitmqUser('galaxy_au', { password: new Secret('wrong') });
    expect(observed(other, `users-${broker}`)).toMatchObject({ password: 'another one', tags: '' });
  });

  test.each(version)('have their tags, in %s', (broker) => {
    const admin = rabbitmqUser('admin', { password: new Secret('pw"\'\\ü $x'), tags: ['administrator'] });
    expect(observed(admin, `users-${broker}`)).toMatchObject({ password: 'as declared', tags: 'administrator' });
  });

  test.each(version)('without topic permissions are what an empty list asks for, in %s', (broker) => {
    const user = rabbitmqUser('galaxy_au', { limits: {}, topicPermissions: { '/nowhere': [] } });
    expect(observed(user, `users-${broker}`)).toMatchObject({ limits: 'none', 'topics in /nowhere': 'none' });
  });

  test.each(version)('that were removed are absent in %s', (broker) => {
    expect(observed(rabbitmqUser('guest', { absent: true }), `users-${broker}`)).toBe('absent');
  });

  test('are unknown while the broker is down', () => {
    expect(observed(galaxyAu, 'users-broker-down')).toEqual({ unknown: 'the broker is not running' });
  });
});

describe('other things of a recorded broker', () => {
  test.each(version)('virtual hosts with their limits, in %s', (broker) => {
    const vhost = rabbitmqVhost('/pulsar/galaxy_au', { limits: { 'max-connections': 100 }, tracing: false });
    expect(observed(vhost, `vhosts-${broker}`)).toEqual(vhost.kind.desired(vhost));
    expect(observed(rabbitmqVhost('/nowhere', {}), `vhosts-${broker}`)).toBe('absent');
  });

  test.each(version)('policies, in %s', (broker) => {
    const props = { vhost: '/p/q', name: 'pol', pattern: '^x', definition: { 'max-length': 5 } };
    const policy = rabbitmqPolicy(policyName(props), props);
    expect(observed(policy, `policies-${broker}`)).toEqual(policy.kind.desired(policy));
  });

  test.each(version)('plugins, in %s', (broker) => {
    const plugins = rabbitmqPlugins('/etc/rabbitmq/enabled_plugins', { plugins: ['rabbitmq_management'] });
    expect(observed(plugins, `plugins-${broker}`)).toEqual(plugins.kind.desired(plugins));
  });
});

/** The definitions that a change imports, and the script with its secrets hidden. */
function applied(resource: Resource, before: State | undefined) {
  const after = resource.kind.desired(resource) as State;
  const keys = new Set(Object.keys(after).filter((key) => before && before[key] !== after[key]));
  const change = { name: resource.name, props: resource.props as CommonProps, keys, before, after };
  const script = resource.kind.apply([change]);
  const payload = /import_raw\(base64:decode\("([^"]+)"\)\)/.exec(script.source)?.[1] ?? '';
  return { definitions: JSON.parse(Buffer.from(payload, 'base64').toString('utf8')), shown: script.redacted };
}

describe('a change of a user', () => {
  const good = galaxyAu.kind.desired(galaxyAu) as State;
  const permission = { user: 'galaxy_au', vhost: '/pulsar/galaxy_au', ...everything };
  const account = { name: 'galaxy_au', tags: [], password: 'vh' };

  test.each<[string, State | undefined, object]>([
    ['makes a new one with all it has', undefined, { users: [account], permissions: [permission] }],
    [
      'sets only the password where only that differs',
      { ...good, password: 'another one' },
      { users: [account], permissions: [] },
    ],
    [
      'sets only a lost permission, and leaves the password alone',
      { password: 'as declared', tags: '' },
      { users: [], permissions: [permission] },
    ],
  ])('%s', (_title, before, expected) => {
    expect(applied(galaxyAu, before).definitions).toEqual({ topic_permissions: [], ...expected });
  });

  const limited = (limits: Readonly<Record<string, number>>) =>
    rabbitmqUser('u', { limits, topicPermissions: { '/a': [{ exchange: '', write: '^x', read: '^y' }] } });
  const state = { tags: '', limits: 'max-channels 30', 'topics in /a': 'the default exchange: write ^x read ^y' };

  test('makes its limits exactly what is declared', () => {
    const encoded = (text: string) => `base64:decode("${Buffer.from(text).toString('base64')}")`;
    const { shown } = applied(limited({ 'max-channels': 30 }), {
      ...state,
      limits: 'max-channels 9, max-connections 2',
    });
    const clear = shown.indexOf(`clear_user_limits(${encoded('u')}, ${encoded('all')}`);
    const set = shown.indexOf(`set_user_limits(${encoded('u')}, ${encoded('{"max-channels":30}')}`, clear + 20);
    expect(clear).toBeGreaterThan(0);
    expect(set).toBeGreaterThan(clear);
    expect(shown).not.toContain('clear_topic_permissions');
    const none = applied(limited({}), state).shown;
    expect(none).toContain('clear_user_limits');
    expect(none).not.toMatch(/[^_]set_user_limits/);
  });

  test('takes topic permissions away that are not declared', () => {
    const { shown, definitions } = applied(limited({ 'max-channels': 30 }), {
      ...state,
      'topics in /a': 'amq.topic: write ^x read ^y',
    });
    expect(shown.indexOf('clear_topic_permissions')).toBeLessThan(shown.indexOf('import_raw'));
    expect(definitions.topic_permissions).toEqual([
      { user: 'u', vhost: '/a', exchange: '', write: '^x', read: '^y' },
    ]);
  });

  test('shows no password, in no form', () => {
    const secret = rabbitmqUser('u', { password: new Secret('hunter2hunter2') });
    const { shown } = applied(secret, undefined);
    for (const form of ['hunter2', Buffer.from('hunter2hunter2').toString('base64').slice(0, 12)])
      expect(shown).not.toContain(form);
    expect(shown).toContain('base64:decode("***")');
  });

  test('gives the password to no program as an argument', () => {
    const secret = rabbitmqUser('u', { password: new Secret('hunter2hunter2') });
    const after = secret.kind.desired(secret) as State;
    const script = secret.kind.apply([
      { name: 'u', props: secret.props, keys: new Set(), before: undefined, after },
    ]).source;
    const payload = /import_raw\(base64:decode\("([^"]+)"\)\)/.exec(script)?.[1] ?? '';
    expect(payload).not.toBe('');
    const before = script.slice(0, script.indexOf(payload));
    expect(before.slice(before.lastIndexOf('printf')).startsWith("printf %s '")).toBe(true);
  });
});

describe('removals', () => {
  test('are named in base64, whatever characters a name has', () => {
    const gone = rabbitmqUser(`it's "ü"`, { absent: true });
    const script = gone.kind.apply([
      { name: gone.name, props: gone.props, keys: new Set(), before: {}, after: undefined },
    ]).source;
    expect(script).toContain(`delete_user(base64:decode("${Buffer.from(`it's "ü"`).toString('base64')}")`);
  });
});
