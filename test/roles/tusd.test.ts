import { describe, expect, test } from 'vitest';
import { listeningOf, quoteForUnit } from '../../src/roles/tusd/args.ts';
import { tusd } from '../../src/roles/tusd/index.ts';
import { contentOf, declareRole, idsOf } from '../support/role.ts';

/** As the training has it. */
const training = {
  tusd_instances: [
    {
      name: 'main',
      user: 'galaxy',
      group: 'galaxy',
      args: [
        '-host=localhost',
        '-port=1080',
        '-upload-dir=/data/tus',
        '-hooks-http=https://gat-1/api/upload/hooks',
      ],
    },
  ],
};

describe('tusd', () => {
  test('is fetched once and runs as a unit for each server', () =>
    expect(idsOf(declareRole(tusd, training).resources)).toEqual([
      'package[ca-certificates]',
      'package[curl]',
      'command[tusd]',
      'existing_file[/usr/local/sbin/tusd]',
      'command[uploads of tusd-main.service]',
      'file[/etc/systemd/system/tusd-main.service]',
      'service[tusd-main.service]',
    ]));

  test('has a unit that runs it as its user', () =>
    expect(
      contentOf(declareRole(tusd, training).resources, '/etc/systemd/system/tusd-main.service'),
    ).toMatchInlineSnapshot(`
      "# Written by gatdeploy; changes made here are undone by the next apply.
      [Unit]
      Description=tusd server for main
      After=network.target time-sync.target

      [Service]
      UMask=022
      Type=simple
      User=galaxy
      Group=galaxy
      TimeoutStartSec=10
      ExecStart=/usr/local/sbin/tusd -host=localhost -port=1080 -upload-dir=/data/tus -hooks-http=https://gat-1/api/upload/hooks
      Restart=always

      [Install]
      WantedBy=multi-user.target
      "
    `));

  test.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    [
      'is only installed where Galaxy runs it',
      { tusd_instances: [] },
      ['ca-certificates', 'curl', 'tusd', '/usr/local/sbin/tusd'],
    ],
    ['is left where the admin has put it', { tusd_binary_archive_url: '', tusd_path: '/opt/tusd' }, ['/opt/tusd']],
    [
      'has no units without systemd',
      { ...training, tusd_systemd: false, tusd_binary_archive_url: '' },
      ['/usr/local/sbin/tusd'],
    ],
  ])('%s', (_title, variables, names) =>
    expect(declareRole(tusd, variables).resources.map(({ name }) => name)).toEqual(names),
  );

  test.each([
    ['the newest release', {}, 'releases/latest/download/tusd_linux_amd64.tar.gz'],
    ['a release', { tusd_version: 'v1.13.0' }, 'releases/download/v1.13.0/tusd_linux_amd64.tar.gz'],
    [
      'a place of the admin',
      { tusd_binary_archive_url: 'https://mirror.example.org/tusd' },
      'https://mirror.example.org/tusd',
    ],
  ])('comes from %s', (_title, variables, url) => {
    const program = declareRole(tusd, variables).resources.find(({ id }) => id === 'command[tusd]');
    expect(String((program?.props as { run?: unknown } | undefined)?.run)).toContain(url);
  });

  test('tells that the newest release may be too new', () => {
    expect(declareRole(tusd, training).advice.map(({ code }) => code)).toEqual(['tusd/latest']);
    expect(declareRole(tusd, { ...training, tusd_version: 'v1.13.0' }).advice).toEqual([]);
  });

  test('refuses what is no checksum', () =>
    expect(() => declareRole(tusd, { tusd_binary_checksum: 'sha256' })).toThrow(
      'cannot use `tusd_binary_checksum`',
    ));

  test('is asked by its protocol, where it listens', () => {
    const [check] = declareRole(tusd, training).checks;
    expect(check?.asks).toBe('curl -sI -X OPTIONS http://localhost:1080/files/');
    expect(check?.judge({ code: 0, stdout: 'HTTP/1.1 200 OK\r\nTus-Resumable: 1.0.0\r\n', stderr: '' }).ok).toBe(
      true,
    );
    expect(check?.judge({ code: 0, stdout: 'HTTP/1.1 404 Not Found\r\n', stderr: '' }).ok).toBe(false);
  });
});

describe("tusd's arguments", () => {
  test.each<[string, readonly string[], Partial<ReturnType<typeof listeningOf>>]>([
    ['with one dash', ['-port=1081', '-host=localhost'], { port: '1081', host: 'localhost' }],
    ['with two', ['--upload-dir=/data/tus'], { uploads: '/data/tus' }],
    ['with a space', ['-unix-sock', '/run/tusd.sock'], { socket: '/run/tusd.sock' }],
    ['of older releases', ['-dir=/srv/tus'], { uploads: '/srv/tus' }],
    ['that are none', [], { port: '1080', base: '/files/', socket: undefined }],
  ])('are read %s', (_title, args, expected) => expect(listeningOf(args)).toMatchObject(expected));

  test.each([
    ['-port=1080', '-port=1080'],
    ['-upload-dir=/my data', '"-upload-dir=/my data"'],
    ['-hooks-http=https://a/%20', '-hooks-http=https://a/%%20'],
    ['$HOME', '$$HOME'],
    ['say "a\\b"', '"say \\"a\\\\b\\""'],
  ])('%s reaches it as it is', (arg, quoted) => expect(quoteForUnit(arg)).toBe(quoted));
});
