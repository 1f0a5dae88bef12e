import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pipSet, venv } from '../../src/resources/index.ts';
import type { CommonProps, Item, Resource, State } from '../../src/resources/kind.ts';
import type { Installer } from '../../src/resources/pip-set.ts';
import { parseRequirement, requirementState } from '../../src/resources/python/requirement.ts';
import { noteOf, trees } from '../../src/resources/python/trees.ts';

const PATH = '/mnt/pulsar/venv';
const recorded = (name: string): string => readFileSync(join(import.meta.dirname, 'pip', `${name}.out`), 'utf8');

/** The keys of the desired state that a recorded probe says to differ, with what is there instead. */
function differing(
  packages: readonly string[],
  stdout = recorded('pulsar-0.16'),
): Record<string, unknown> | 'absent' {
  const set = pipSet(PATH, { packages });
  const observed = trees.parse(stdout, [{ name: PATH, props: set.props }]).get(PATH);
  if (observed === undefined) return 'absent';
  const state = observed as State;
  const desired = Object.entries(set.kind.desired(set) as State);
  return Object.fromEntries(
    desired.filter(([key, value]) => state[key] !== value).map(([key]) => [key, state[key]]),
  );
}

describe('packages of a virtual environment', () => {
  test.each<[string, string[], Record<string, unknown>]>([
    ['are all there', ['pulsar-app', 'kombu', 'pycurl', 'drmaa', 'psutil'], {}],
    ['are the same however their name is written', ['Pulsar_App', 'pyopenssl', 'PyOpenSSL'], {}],
    ['meet exact versions', ['pulsar-app==0.16.0'], {}],
    ['meet ranges', ['kombu>=5.2,<6', 'pulsar-app~=0.16', 'pulsar-app==0.*', 'amqp!=5.0.3'], {}],
    ['miss a pinned version', ['amqp==5.0.2'], { amqp: '5.4.2' }],
    ['miss a range', ['kombu>=6'], { kombu: '5.7.0' }],
    ['miss a package', ['uwsgi'], { uwsgi: 'not installed' }],
    ['have an extra whose packages are there', ['pulsar-app[amqp]'], {}],
    ['miss one extra of two', ['pulsar-app[amqp,web]'], { 'pulsar-app': '0.16.0, without the extra web' }],
    ['miss a range beside an extra', ['pulsar-app[web]>=1'], { 'pulsar-app': '0.16.0' }],
    ['miss an extra', ['pulsar-app[web]'], { 'pulsar-app': '0.16.0, without the extra web' }],
    [
      'cannot tell about a URL that was never noted',
      ['git+https://x.org/a.git'],
      { 'git+https://x.org/a.git': 'not installed' },
    ],
  ])('%s', (_title, packages, expected) => expect(differing(packages)).toEqual(expected));

  test('are unknown to a probe of a path that is no virtual environment', () =>
    expect(differing(['kombu'], recorded('no-environment'))).toBe('absent'));

  test('are there when a URL was noted after its installation', () => {
    const url = 'git+https://x.org/pulsar.git@v1';
    expect(differing([url], `@venv ${PATH}\n@note ${noteOf(url)}\n`)).toEqual({});
  });

  test('and the environment itself share one reading', () => {
    const both: Resource[] = [venv(PATH, {}), pipSet(PATH, { packages: ['kombu'] })];
    const items = both.map((one): Item<CommonProps> => ({ name: one.name, props: one.props }));
    const state = trees.parse(recorded('pulsar-0.16'), items).get(PATH);
    expect(state).toEqual({ usable: true, kombu: 'any version' });
  });
});

test.each([
  ['kombu', 'any version'],
  ['kombu>=6', '>=6'],
  ['pulsar-app[web]', 'with the extra web'],
  ['pulsar-app[web,amqp]>=0.15', '>=0.15, with the extras web and amqp'],
  ['./local.whl', 'installed'],
])('a plan says of %s that it should be: %s', (text, expected) =>
  expect(requirementState(parseRequirement(text))).toBe(expected),
);

test.each([
  ['kombu', { kind: 'named', name: 'kombu', extras: [], specifiers: '' }],
  [
    'pulsar-app[web, AMQP]==0.16.0',
    { kind: 'named', name: 'pulsar-app', extras: ['web', 'amqp'], specifiers: '==0.16.0' },
  ],
  ['pyOpenSSL >= 23, < 25', { kind: 'named', name: 'pyopenssl', extras: [], specifiers: '>=23,<25' }],
  ['idna<2.8,>=2.5', { kind: 'named', name: 'idna', extras: [], specifiers: '<2.8,>=2.5' }],
  ['amqp (==5.0.2)', { kind: 'named', name: 'amqp', extras: [], specifiers: '==5.0.2' }],
  ['git+https://x.org/a.git@v1', { kind: 'opaque', text: 'git+https://x.org/a.git@v1' }],
  ['pulsar-app @ https://x.org/a.whl', { kind: 'opaque', text: 'pulsar-app @ https://x.org/a.whl' }],
  ['tomli; python_version < "3.11"', { kind: 'opaque', text: 'tomli; python_version < "3.11"' }],
  ['./local.whl', { kind: 'opaque', text: './local.whl' }],
])('the requirement %s is read', (text, expected) => expect(parseRequirement(text)).toEqual(expected));

/** The commands that install, without the script's other lines. */
function commands(
  installer: Installer | undefined,
  packages = ['kombu', 'git+https://x.org/a.git'],
  owner?: string,
  extraArgs: readonly string[] = [],
) {
  const set = pipSet(PATH, {
    extraArgs,
    packages,
    env: { PYCURL_SSL_LIBRARY: 'openssl' },
    ...(installer && { installer }),
    ...(owner && { owner }),
  });
  const after = set.kind.desired(set) as State;
  return set.kind.apply([{ name: PATH, props: set.props, keys: new Set(), before: undefined, after }]).source;
}

describe('installing', () => {
  test('by pip is one command for all packages', () =>
    expect(commands('pip')).toContain(
      `env PYCURL_SSL_LIBRARY=openssl ${PATH}/bin/python -m pip install --no-input --disable-pip-version-check -- kombu git+https://x.org/a.git\n`,
    ));

  test('by uv fetches it first', () =>
    expect(commands('uv')).toMatch(
      /test -x \/var\/lib\/gatdeploy\/uv\/bin\/uv \|\| .* --target .* -- uv\nenv .*\/uv pip install --compile-bytecode --python /,
    ));

  test('takes pip where pip has settings that uv does not know', () =>
    expect(commands(undefined)).toMatch(/^if ! \{ test ! -f \/etc\/uv\/uv.toml && grep -qsE .*index-url/m));

  test('as another user is done by that user', () =>
    expect(commands('pip', ['kombu'], 'galaxy')).toContain(
      'runuser -u galaxy -- env HOME="$(getent passwd -- galaxy | cut -d: -f6)" env PYCURL_SSL_LIBRARY=openssl ',
    ));

  test("by uv as another user keeps away from what is root's", () => {
    const script = commands('uv', ['kombu'], 'galaxy');
    expect(script).not.toContain('/var/lib/gatdeploy');
    expect(script).toMatch(/^test -x \S+\/\.gatdeploy-uv\/bin\/uv \|\| runuser -u galaxy -- env HOME=.* -- uv$/m);
    expect(script).toMatch(
      /^runuser -u galaxy -- .* UV_NO_CACHE=1 .*\.gatdeploy-uv\/bin\/uv pip install --compile-bytecode/m,
    );
  });

  test.each<[string, Installer | undefined, RegExp]>([
    ['are for pip, which alone knows all of them', undefined, /-m pip install .* --no-cache-dir --timeout 60 -- /],
    ['are for uv where uv is asked for', 'uv', /uv pip install .* --no-cache-dir --timeout 60 -- /],
  ])('further words %s', (_title, installer, wanted) => {
    const script = commands(installer, ['kombu'], 'galaxy', ['--no-cache-dir', '--timeout', '60']);
    expect(script).toMatch(wanted);
    expect(script).not.toContain('--no-cache ');
    expect(script.includes('/uv pip')).toBe(installer === 'uv');
  });

  test('notes what can not be read back', () =>
    expect(commands('pip')).toContain(
      `printf '%s\n' ${noteOf('git+https://x.org/a.git')} >${PATH}/.gatdeploy-requirements`,
    ));

  test('writes no note otherwise', () =>
    expect(commands('pip', ['kombu'])).not.toContain('.gatdeploy-requirements'));
});

/** What makes a virtual environment. */
function makes(one: Resource): string {
  const after = one.kind.desired(one) as State;
  return one.kind.apply([{ name: one.name, props: one.props, keys: new Set(), before: undefined, after }]).source;
}

test('a virtual environment of a user is made also where only root may', () =>
  expect(makes(venv('/opt/venvs/pulsar', { owner: 'gxcode' }))).toContain(
    'test -e /opt/venvs/pulsar || (gd_folders /opt/venvs; gd_open /opt/venvs/pulsar; mkdir -m 0755 -- "./$gd_name"; chown -h -- gxcode: "./$gd_name")',
  ));

test('a virtual environment that is broken is emptied only if it is one', () => {
  const script = makes(venv(PATH, {}));
  expect(script).toContain(`test ! -f ${PATH}/pyvenv.cfg || set -- --clear\npython3 -m venv "$@" ${PATH}`);
});
