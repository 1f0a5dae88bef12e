import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { giveAptCache, keepAptCache } from '../../src/lab/apt-cache.ts';
import { filesDigest, labFiles } from '../../src/lab/files.ts';
import { parseStat } from '../../src/lab/host.ts';
import { labStatus, labUp, requireHost, requireRecord } from '../../src/lab/lab.ts';
import { bridgeMac } from '../../src/lab/network.ts';
import { hostPaths, labNames, labPaths, writeRecord } from '../../src/lab/store.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lab-'));
  vi.stubEnv('GATDEPLOY_LAB_DIR', root);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const record = {
  version: 1,
  name: 'lab',
  os: 'bookworm',
  index: 0,
  image: 'b',
  acmeImage: 'a',
  hosts: ['galaxy', 'pulsar'],
} as const;

test.each([
  ['a lab name with a slash', { name: '../etc' }, 'lab/bad-name', /cannot name a lab `\.\.\/etc`/],
  ['a lab name like an option', { name: '-x' }, 'lab/bad-name', /cannot name a lab/],
  ['a host name in capitals', { hosts: ['Galaxy'] }, 'lab/bad-name', /cannot name a host `Galaxy`/],
  ['the name of the certificate authority', { hosts: ['acme'] }, 'lab/bad-name', /cannot name a host `acme`/],
  ['an unknown release', { os: 'bookwurm' }, 'lab/unknown-os', /cannot make hosts with `bookwurm`/],
])('%s is refused before anything is made', async (_title, options, code, what) => {
  await expect(labUp(options)).rejects.toMatchObject({ code, what: expect.stringMatching(what) });
  expect(readdirSync(root)).toEqual([]);
});

describe('a lab that is looked for', () => {
  test('is named with the labs that exist when it does not', () => {
    writeRecord(record);
    mkdirSync(join(root, '_cache'));
    expect(labNames()).toEqual(['lab']);
    expect(() => requireRecord('lap')).toThrow(
      expect.objectContaining({ code: 'lab/none', why: 'there are: lab', fix: 'did you mean --name lab?' }),
    );
  });

  test('is found by its record, and a misspelt host gets a suggestion', () => {
    writeRecord(record);
    const found = requireRecord('lab');
    expect(found).toEqual(record);
    expect(() => requireHost(found, 'acme')).not.toThrow();
    expect(() => requireHost(found, 'pulsr')).toThrow(
      expect.objectContaining({ code: 'lab/unknown-host', fix: 'did you mean `pulsar`?' }),
    );
  });

  test('shows hosts that were never started as stopped', async () => {
    writeRecord(record);
    const lab = await labStatus('lab');
    expect(lab.hosts.map(({ name, state, pid }) => [name, state, pid])).toEqual([
      ['galaxy', 'stopped', null],
      ['pulsar', 'stopped', null],
    ]);
  });

  test('shows a host as stopped when its process number belongs to another process now', async () => {
    writeRecord(record);
    const { dir, pid } = hostPaths('lab', 'galaxy');
    mkdirSync(dir, { recursive: true });
    const [own = '', ...rest] = readFileSync('/proc/self/stat', 'utf8').split(') ');
    const fields = rest.join(') ').split(' ');
    fields[19] = '1';
    writeFileSync(pid, `${own}) ${fields.join(' ')}`);
    expect((await labStatus('lab')).hosts[0]).toMatchObject({ state: 'stopped', pid: null });
  });
});

test('a process line is read whatever the name of the process holds', () => {
  const line =
    '412 (a ) b (c) S 1 412 412 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 8153 2445312 0 18446744073709551615';
  expect(parseStat(line)).toEqual({ pid: 412, start: '8153' });
  expect(parseStat(line.replace(' S ', ' Z '))).toEqual({ pid: 412, start: '' });
});

test('a bridge address is local, unicast, and another for each lab', () => {
  const one = bridgeMac(labPaths('one').tag);
  expect(one).toMatch(/^02(:[0-9a-f]{2}){5}$/);
  expect(bridgeMac(labPaths('two').tag)).not.toBe(one);
});

describe('package caches', () => {
  const put = (path: string, text = '') => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  };

  test('hand what one host has fetched to the next, but not the lab’s stand-ins or half a download', () => {
    const { upper } = hostPaths('lab', 'galaxy');
    const archives = join(upper, 'var/cache/apt/archives');
    put(join(archives, 'nginx_1.22.1-9_amd64.deb'), 'package');
    put(join(archives, 'cvmfs_2.11.2+standin1_all.deb'));
    put(join(archives, 'partial', 'bwa_0.7.17_amd64.deb'));
    put(join(archives, 'lock'));
    keepAptCache('bookworm', 'lab', 'galaxy');
    keepAptCache('bookworm', 'lab', 'galaxy');

    const layer = join(root, 'layer');
    giveAptCache('bookworm', layer);
    expect(readdirSync(join(layer, 'var/cache/apt/archives'))).toEqual(['nginx_1.22.1-9_amd64.deb']);
    giveAptCache('trixie', join(root, 'other'));
    expect(existsSync(join(root, 'other'))).toBe(false);
  });

  test('hand on whole and fresh package lists only', () => {
    const lists = join(hostPaths('lab', 'galaxy').upper, 'var/lib/apt/lists');
    put(join(lists, 'mirror.example_debian_dists_bookworm_main_binary-amd64_Packages'));
    keepAptCache('bookworm', 'lab', 'galaxy');
    giveAptCache('bookworm', join(root, 'without'));
    expect(existsSync(join(root, 'without'))).toBe(false);

    put(join(lists, 'mirror.example_debian_dists_bookworm_InRelease'));
    put(join(lists, 'acme.lab.test_cvmrepo_apt_dists_bookworm-prod_InRelease'));
    put(join(lists, 'lock'));
    keepAptCache('bookworm', 'lab', 'galaxy');
    giveAptCache('bookworm', join(root, 'with'));
    expect(readdirSync(join(root, 'with/var/lib/apt/lists'))).toEqual([
      'mirror.example_debian_dists_bookworm_InRelease',
      'mirror.example_debian_dists_bookworm_main_binary-amd64_Packages',
    ]);

    const old = new Date(Date.now() - 48 * 3600 * 1000);
    utimesSync(join(root, '_cache/apt/bookworm/lists'), old, old);
    giveAptCache('bookworm', join(root, 'late'));
    expect(existsSync(join(root, 'late'))).toBe(false);
  });
});

test('image files are found, and a change of one changes their digest', () => {
  expect(existsSync(join(labFiles('acme'), 'pebble.json'))).toBe(true);
  expect(filesDigest('acme')).toMatch(/^[0-9a-f]{64}$/);
  expect(filesDigest('acme')).not.toBe(filesDigest('base'));
});
