import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labReset, labStatus, labUp } from '../../src/lab/lab.ts';
import { labNames, labPaths } from '../../src/lab/store.ts';

const BIN = fileURLToPath(new URL('../../bin/gatdeploy', import.meta.url));
const NAMES = ['t-one', 't-two', 't-kill'];

async function removeAll() {
  for (const name of NAMES) if (labNames().includes(name)) await labDown(name);
}
beforeAll(removeAll);
afterAll(removeAll);

async function said(lab: Lab, host: string, script: Script, user?: string) {
  const { code, stdout, stderr } = await labExec(lab, host, script, user);
  if (code !== 0) throw new Error(`${host}: exit ${code}: ${stderr}${stdout}`);
  return stdout.trim();
}

/** What a lab leaves on the machine outside of its folder. */
function traces(name: string) {
  const { tag } = labPaths(name);
  const rules = ['nat', 'filter'].flatMap((table) => {
    const { stdout } = spawnSync('iptables', ['-w', '-t', table, '-S'], { encoding: 'utf8' });
    return stdout.split('\n').filter((line) => line.includes(tag));
  });
  const groups = readdirSync('/sys/fs/cgroup', { recursive: true })
    .map(String)
    .filter((path) => path.includes(tag));
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(labPaths(name).dir));
  return { rules, groups, mounts };
}

describe('two labs with different releases', () => {
  let one: Lab;
  let two: Lab;

  test('come up at the same time', async () => {
    [one, two] = await Promise.all([
      labUp({ name: 't-one', hosts: ['galaxy', 'pulsar'] }),
      labUp({ name: 't-two', hosts: ['galaxy'], os: 'trixie' }),
    ]);
    const states = [...one.hosts, one.acme, ...two.hosts, two.acme].map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['running']));
    expect(one.hosts[0]?.address).not.toBe(two.hosts[0]?.address);
    expect(await said(one, 'galaxy', sh`. /etc/os-release; echo "$VERSION_CODENAME"`)).toBe('bookworm');
    expect(await said(two, 'galaxy', sh`. /etc/os-release; echo "$VERSION_CODENAME"`)).toBe('trixie');
  });

  test('have hosts with systemd, without Python, that know their names and each other', async () => {
    for (const lab of [one, two]) {
      expect(await said(lab, 'galaxy', sh`systemctl is-system-running`)).toBe('running');
      expect(await said(lab, 'galaxy', sh`command -v python3 perl5 nginx rabbitmqctl certbot || echo none`)).toBe(
        'none',
      );
      expect(await said(lab, 'galaxy', sh`hostname -f`)).toBe('galaxy.lab.test');
      expect(await said(lab, 'galaxy', sh`getent ahostsv4 galaxy | head -n 1 | cut -d' ' -f1`)).toBe(
        lab.hosts[0]?.address,
      );
    }
    expect(await said(one, 'galaxy', sh`getent hosts pulsar.lab.test | cut -d' ' -f1`)).toBe(
      one.hosts[1]?.address,
    );
  });

  test('let in root, a user with free sudo, and one whose sudo asks for a password', async () => {
    expect(await said(one, 'galaxy', sh`sudo -n id -un`, 'debian')).toBe('root');
    expect((await labExec(one, 'galaxy', sh`sudo -n true`, 'trainee')).stderr).toContain('password is required');
    expect(await said(one, 'galaxy', sh`echo lab | sudo -S -p '' id -un`, 'trainee')).toBe('root');
    expect(await said(one, 'galaxy', sh`id -un`)).toBe('root');
  });

  test('trust the certificate authority and reach the world through the machine', async () => {
    for (const lab of [one, two]) {
      expect(await said(lab, 'galaxy', sh`curl -fsS https://acme.lab.test:14000/dir`)).toContain('newOrder');
      expect(await said(lab, 'galaxy', sh`apt-get update >/dev/null 2>&1 && echo reached`)).toBe('reached');
    }
  });

  test('are not touched by a second up', async () => {
    const again = await labUp({ name: 't-one' });
    expect(again).toEqual(one);
  });

  test('get another host when asked for one, and the old hosts learn its name', async () => {
    const more = await labUp({ name: 't-two', hosts: ['pulsar'] });
    expect(more.hosts.map(({ name }) => name)).toEqual(['galaxy', 'pulsar']);
    expect(more.hosts[0]).toEqual(two.hosts[0]);
    expect(await said(more, 'galaxy', sh`getent hosts pulsar | cut -d' ' -f1`)).toBe(more.hosts[1]?.address);
  });

  test('offer the stand-in of the CVMFS client, signed, and its repositories mount when configured', async () => {
    const key = '/usr/share/keyrings/lab.asc';
    const configure = sh`set -eu
      curl -fsS -o ${key} http://acme.lab.test/cvmrepo/apt/standin.asc
      . /etc/os-release
      echo "deb [signed-by=${key}] http://acme.lab.test/cvmrepo/apt $VERSION_CODENAME-prod main" >/etc/apt/sources.list.d/cernvm.list
      apt-get -qq update
      DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends cvmfs >/dev/null 2>&1
      cvmfs_config chksetup || true
      cvmfs_config setup
      echo 'CVMFS_HTTP_PROXY=DIRECT' >/etc/cvmfs/default.local
      echo '-----BEGIN PUBLIC KEY-----' >/etc/cvmfs/keys/galaxyproject.org.pub
      printf '%s\n' 'CVMFS_SERVER_URL="http://s1/cvmfs/@fqrn@"' 'CVMFS_PUBLIC_KEY=/etc/cvmfs/keys/galaxyproject.org.pub' >/etc/cvmfs/domain.d/galaxyproject.org.conf
      cvmfs_config chksetup
      cvmfs_config probe data.galaxyproject.org
      cat /cvmfs/data.galaxyproject.org/STAND-IN`;
    for (const lab of [one, two]) {
      const lines = (await said(lab, 'galaxy', configure)).split('\n');
      expect(lines).toContain('Warning: CernVM-FS map is not referenced from autofs master map');
      expect(lines.slice(-3)).toEqual([
        'OK',
        'Probing /cvmfs/data.galaxyproject.org... OK',
        'STAND-IN for tests: this is not the repository data.galaxyproject.org.',
      ]);
      expect((await labExec(lab, 'galaxy', sh`cvmfs_config probe no.galaxyproject.org`)).code).toBe(1);
    }
  });

  test('give a clean host on reset, with the same key and address, and the fetched packages at hand', async () => {
    await said(one, 'galaxy', sh`touch /etc/mark`);
    const started = Date.now();
    const after = await labReset('t-one', ['galaxy']);
    expect(Date.now() - started).toBeLessThan(15_000);
    expect(after.hosts[1]).toEqual(one.hosts[1]);
    expect(after.hosts[0]).toMatchObject({ address: one.hosts[0]?.address, state: 'running' });
    expect(await said(after, 'galaxy', sh`ls /etc/mark /usr/bin/cvmfs_config 2>/dev/null || echo gone`)).toBe(
      'gone',
    );
    expect(await said(after, 'galaxy', sh`ls /var/cache/apt/archives/ | grep ^autofs_ | wc -l`)).toBe('1');
    expect(await said(after, 'galaxy', sh`curl -fsS https://acme.lab.test:14000/dir`)).toContain('newOrder');
  });

  test('renew the trust of all hosts after the certificate authority has started anew', async () => {
    const root = sh`openssl x509 -noout -fingerprint -in /usr/local/share/ca-certificates/lab-acme-root.crt`;
    const before = await said(one, 'pulsar', root);
    await said(one, 'acme', sh`systemctl restart pebble`);
    await labUp({ name: 't-one' });
    const after = await said(one, 'pulsar', root);
    expect(after).not.toBe(before);
    const served = sh`curl -fsS https://acme.lab.test:15000/roots/0 | openssl x509 -noout -fingerprint`;
    expect(await said(one, 'pulsar', served)).toBe(after);
    expect(await said(one, 'pulsar', sh`find /etc/ssl/certs -xtype l`)).toBe('');
  });

  test('start a host again that died, with what it had written', async () => {
    await said(one, 'pulsar', sh`touch /etc/mark; sync`);
    const { pid } = (await labStatus('t-one')).hosts[1] ?? {};
    process.kill(pid ?? Number.NaN, 'SIGKILL');
    await expect.poll(async () => (await labStatus('t-one')).hosts[1]?.state, { timeout: 20_000 }).toBe('stopped');
    const repaired = await labUp({ name: 't-one' });
    expect(repaired.hosts[1]?.state).toBe('running');
    expect(repaired.hosts[1]?.pid).not.toBe(pid);
    expect(await said(repaired, 'pulsar', sh`ls /etc/mark`)).toBe('/etc/mark');
  });

  test('leave nothing behind on the machine but the shared caches', async () => {
    expect(traces('t-one').rules.length).toBe(3);
    await Promise.all([labDown('t-one'), labDown('t-two')]);
    for (const name of ['t-one', 't-two']) {
      expect(traces(name)).toEqual({ rules: [], groups: [], mounts: [] });
      expect(existsSync(labPaths(name).dir)).toBe(false);
      await expect(labDown(name)).rejects.toMatchObject({ code: 'lab/none' });
    }
  });
});

describe('a lab up that is killed', () => {
  test.each([0.2, 0.4, 0.6, 0.9, 1.2, 1.6, 2.2])('after %f s is made good by the next', async (seconds) => {
    await removeAll();
    const command = ['lab', 'up', '--name', 't-kill', '--hosts', 'pulsar'];
    const child = spawn(process.execPath, [BIN, ...command], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    expect([0, 'SIGKILL']).toContain(await ended);
    clearTimeout(timer);

    const lab = await labUp({ name: 't-kill', hosts: ['pulsar'] });
    expect([...lab.hosts, lab.acme].map(({ state }) => state)).toEqual(['running', 'running']);
    expect(await said(lab, 'pulsar', sh`systemctl is-system-running`)).toBe('running');
    expect(await said(lab, 'pulsar', sh`curl -fsS https://acme.lab.test:14000/dir`)).toContain('newOrder');
  });
});
