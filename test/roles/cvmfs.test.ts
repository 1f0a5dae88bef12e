import { describe, expect, test } from 'vitest';
import { cvmfs } from '../../src/roles/cvmfs/index.ts';
import { withMounts } from '../../src/roles/cvmfs/mounts.ts';
import { contentOf, declareRole, idsOf, ownersOf } from '../support/role.ts';

const place = { cvmfs_apt_repository: 'http://packages.example.org/apt', cvmfs_apt_key: 'KEY' };
const tutorial = {
  ...place,
  cvmfs_role: 'client',
  galaxy_cvmfs_repos_enabled: 'config-repo',
  cvmfs_quota_limit: 500,
};
const declared = declareRole(cvmfs, tutorial);

describe('a client with the config repository', () => {
  test('consists of these resources', () =>
    expect(idsOf(declared.resources)).toMatchInlineSnapshot(`
      [
        "package[ca-certificates]",
        "apt_repository[cernvm]",
        "package[cvmfs]",
        "directory[/etc/cvmfs/keys/galaxyproject.org]",
        "file[/etc/cvmfs/keys/galaxyproject.org/cvmfs-config.galaxyproject.org.pub]",
        "file[/etc/cvmfs/config.d/cvmfs-config.galaxyproject.org.conf]",
        "file[/etc/cvmfs/default.d/80-ansible-galaxyproject-cvmfs.conf]",
        "file[/etc/cvmfs/domain.d/galaxyproject.org.conf]",
        "file[/etc/cvmfs/default.local]",
        "command[cvmfs_config setup]",
        "file[/etc/auto.master.d/cvmfs.autofs]",
        "edit[/etc/fstab: no repositories of ours]",
        "service[autofs.service] provides cvmfs@gat-1.example.org",
        "file[/usr/local/bin/cvmfs_wipecache]",
        "file[/usr/local/bin/cvmfs_remount_sync]",
      ]
    `));

  test('has these owners and modes', () =>
    expect(ownersOf(declared.resources)).toMatchInlineSnapshot(`
    {
      "/etc/auto.master.d/cvmfs.autofs": "root:root 0644",
      "/etc/cvmfs/config.d/cvmfs-config.galaxyproject.org.conf": "root:root 0444",
      "/etc/cvmfs/default.d/80-ansible-galaxyproject-cvmfs.conf": "root:root 0444",
      "/etc/cvmfs/default.local": "root:root 0644",
      "/etc/cvmfs/keys/galaxyproject.org": "root:root 0755",
      "/etc/cvmfs/keys/galaxyproject.org/cvmfs-config.galaxyproject.org.pub": "root:root 0444",
    }
  `));

  test.each([
    'default.local',
    'config.d/cvmfs-config.galaxyproject.org.conf',
    'default.d/80-ansible-galaxyproject-cvmfs.conf',
  ])('writes %s', (name) => expect(contentOf(declared.resources, `/etc/cvmfs/${name}`)).toMatchSnapshot());

  test('is probed by name, as its own list of repositories is empty', () =>
    expect(declared.checks.map(({ id }) => id)).toEqual([
      'cvmfs/cvmfs-config.galaxyproject.org',
      'cvmfs/data.galaxyproject.org',
      'cvmfs/main.galaxyproject.org',
    ]));

  test('takes its package from the suite of its release', () => {
    const [repository] = declared.resources.filter(({ id }) => id === 'apt_repository[cernvm]');
    expect(repository?.kind.desired(repository)).toMatchObject({
      source: 'deb [signed-by=/etc/apt/keyrings/cernvm.asc] http://packages.example.org/apt bookworm-prod main',
    });
  });
});

describe('a client with static configuration', () => {
  const { resources, checks } = declareRole(cvmfs, {
    ...place,
    cvmfs_role: 'client',
    galaxy_cvmfs_repos_enabled: true,
    cvmfs_http_proxies: ['http://squid:3128', 'DIRECT'],
    cvmfs_params: { CVMFS_TIMEOUT: 10 },
  });

  test.each(['default.local', 'domain.d/galaxyproject.org.conf'])('writes %s', (name) =>
    expect(contentOf(resources, `/etc/cvmfs/${name}`)).toMatchSnapshot(),
  );

  test('has the keys of the domain, data and main', () =>
    expect(idsOf(resources).filter((id) => id.includes('/keys/'))).toEqual([
      'directory[/etc/cvmfs/keys/galaxyproject.org]',
      'file[/etc/cvmfs/keys/galaxyproject.org/galaxyproject.org.pub]',
      'file[/etc/cvmfs/keys/galaxyproject.org/data.galaxyproject.org.pub]',
      'file[/etc/cvmfs/keys/galaxyproject.org/main.galaxyproject.org.pub]',
    ]));

  test('is probed for every repository', () => expect(checks).toHaveLength(7));
});

test('a host that is no client gets nothing, and that is said', () => {
  const { resources, checks, advice } = declareRole(cvmfs, place);
  expect([resources, checks]).toEqual([[], []]);
  expect(advice.map(({ code }) => code)).toEqual(['cvmfs/no-client']);
});

test('a host of the group cvmfsclients is a client', () => {
  const around = { name: 'a', groups: { cvmfsclients: ['a'] } };
  expect(declareRole(cvmfs, place, around).resources).not.toEqual([]);
});

test('a client that is told no package source uses those that the host has, and that is said', () => {
  const { resources, advice } = declareRole(cvmfs, { cvmfs_role: 'client' });
  expect(idsOf(resources).filter((id) => /^(?:apt_repository|package\[cvmfs)/.test(id))).toEqual([
    'package[cvmfs]',
  ]);
  expect(advice.map(({ code }) => code)).toEqual(['cvmfs/package-source']);
});

test('an empty package source means that the host has it already', () => {
  const { resources } = declareRole(cvmfs, { cvmfs_role: 'client', cvmfs_apt_repository: '' });
  expect(idsOf(resources).filter((id) => id.startsWith('apt_repository'))).toEqual([]);
});

test('what there is no native form of is refused by name', () =>
  expect(() => declareRole(cvmfs, { ...tutorial, cvmfs_install_setuid_cvmfs_wipecache: true })).toThrow(
    '`cvmfs_install_setuid_cvmfs_wipecache` asks',
  ));

test('cvmfs_preload is fetched from where the variables say', () => {
  expect(() => declareRole(cvmfs, { ...tutorial, cvmfs_preload_install: true })).toThrow('`cvmfs_preload_url`');
  const url = 'https://packages.example.org/cvmfs_preload';
  const { resources } = declareRole(cvmfs, { ...tutorial, cvmfs_preload_install: true, cvmfs_preload_url: url });
  expect(resources.find(({ id }) => id === 'download[/usr/bin/cvmfs_preload]')?.props).toMatchObject({
    mode: '0755',
  });
});

test('a configuration package may be a URL', () => {
  const url = 'https://packages.example.org/cvmfs-config-default_latest_all.deb';
  const { resources } = declareRole(cvmfs, { ...tutorial, cvmfs_config_package: url });
  expect(idsOf(resources)).toContain('command[install cvmfs-config-default]');
});

test('telemetry is off unless it is asked for', () => {
  const local = (variables: object) =>
    contentOf(declareRole(cvmfs, { ...tutorial, ...variables }).resources, '/etc/cvmfs/default.local');
  expect(local({})).not.toContain('TELEMETRY');
  expect(local({ cvmfs_telemetry: true, cvmfs_influx_host: 'influx' })).toContain('CVMFS_INFLUX_HOST="influx"\n');
});

describe('repositories that fstab mounts', () => {
  const { resources } = declareRole(cvmfs, {
    ...tutorial,
    cvmfs_mount_method: 'fstab',
    cvmfs_fstab_repositories: ['refgenomes-databio.galaxyproject.org'],
  });

  test('are units, and autofs is off', () => {
    const ids = idsOf(resources).join('\n');
    expect(ids).toContain('service[cvmfs-refgenomes\\x2ddatabio.galaxyproject.org.mount] provides cvmfs@');
    const autofs = resources.find(({ id }) => id === 'service[autofs.service]');
    expect(autofs?.kind.desired(autofs)).toEqual({ running: false, enabled: false });
  });

  test.each([
    [
      'a new line',
      '# own\nUUID=1 / ext4 defaults 0 1',
      ['a.b'],
      '# own\nUUID=1 / ext4 defaults 0 1\na.b /cvmfs/a.b cvmfs defaults,_netdev,nodev,x-gatdeploy 0 0\n',
    ],
    [
      "another's line for the same place",
      'a.b /cvmfs/a.b cvmfs defaults 0 0\n',
      ['a.b'],
      'a.b /cvmfs/a.b cvmfs defaults,_netdev,nodev,x-gatdeploy 0 0\n',
    ],
    ['one of ours that is no longer wanted', 'x /cvmfs/x cvmfs x-gatdeploy 0 0\n', [], ''],
    ["others' lines", 'y /cvmfs/y cvmfs defaults 0 0\n\n', [], 'y /cvmfs/y cvmfs defaults 0 0\n\n'],
  ])('have %s in fstab', (_title, text, repositories, expected) => {
    expect(withMounts(text, repositories)).toBe(expected);
    expect(withMounts(expected, repositories)).toBe(expected);
  });
});

describe('probing a repository', () => {
  const [check] = declared.checks;
  test.each([
    ['is fine when it can be read', 0, 'Probing /cvmfs/x... OK', true, 'Probing /cvmfs/x... OK'],
    ['tells of a missing FUSE', 1, 'no /dev/fuse', false, 'the host has no /dev/fuse'],
    ['tells of a wedged mount', 124, '', false, 'no answer before the deadline'],
    ['tells what the client says', 1, 'Probing /cvmfs/x... Failed!', false, 'Probing /cvmfs/x... Failed!'],
  ])('%s', (_title, code, stdout, ok, got) =>
    expect(check?.judge({ code, stdout, stderr: '' })).toMatchObject({ ok, got }),
  );
});
