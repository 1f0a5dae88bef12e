import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../../../src/transport/connect.ts';
import { type Confirmation, confirmedKeys } from '../../../src/transport/host-keys/confirm.ts';
import { fingerprint, renderKnownHost, typeOf } from '../../../src/transport/host-keys/known-hosts.ts';
import { type HostKeyScan, scanWay } from '../../../src/transport/host-keys/scan.ts';
import { trustKeys } from '../../../src/transport/host-keys/trust.ts';
import type { SshTarget } from '../../../src/transport/target/target.ts';
import { type SshHome, sshHome } from '../../support/ssh-home.ts';
import { newHostKey, newRsaKey, publicBlob, startServer, type TestServer } from '../../support/ssh-server.ts';

let home: SshHome;
let server: TestServer;
const rsa = newRsaKey();
beforeEach(async () => {
  home = sshHome();
  server = await startServer({ hostKeys: [newHostKey(), rsa] });
});
afterEach(async () => {
  await server.close();
  home.remove();
});

const no: Confirmation = { expected: [], replace: false };

/** Does what `hosts trust` does; returns the names of the hosts whose keys were made known. */
async function trust(target: SshTarget, confirmation: Confirmation): Promise<string[]> {
  const names: string[] = [];
  await scanWay(target, async (scan: HostKeyScan) => {
    const keys = await confirmedKeys(scan, confirmation);
    if (keys.length > 0) trustKeys(scan.target, keys, confirmation);
    if (keys.length > 0) names.push(scan.target.name);
  });
  return names;
}
const knownHosts = () => readFileSync(join(home.path, '.ssh/known_hosts'), 'utf8');
const print = (index: number) => fingerprint(server.keys[index] ?? Buffer.alloc(0));

describe('trust', () => {
  test('shows the keys of all types, and writes them after a yes', async () => {
    let question = '';
    const ask = async (text: string) => {
      question = text;
      return 'yes';
    };
    await trust(home.target(server.port), { ...no, ask });
    expect(question).toContain(print(0));
    expect(question).toContain(print(1));
    expect(statSync(join(home.path, '.ssh/known_hosts')).mode & 0o777).toBe(0o600);
    await (await connect(home.target(server.port))).close();
  });

  test.each(['', 'y', 'no', 'YES', 'SHA256:other'])('writes nothing after %j', async (answer) => {
    await expect(trust(home.target(server.port), { ...no, ask: async () => answer })).rejects.toMatchObject({
      code: 'ssh/trust-declined',
    });
    expect(existsSync(join(home.path, '.ssh/known_hosts'))).toBe(false);
  });

  test('without a terminal needs the fingerprint, and says where to find it', async () => {
    const error = trust(home.target(server.port), no);
    await expect(error).rejects.toMatchObject({
      code: 'ssh/trust-unconfirmed',
      fix: expect.stringContaining('--fingerprint'),
    });
  });

  test('with a fingerprint writes that key and no other', async () => {
    await trust(home.target(server.port), { ...no, expected: [print(1)] });
    expect(knownHosts()).toBe(renderKnownHost(`[127.0.0.1]:${server.port}`, server.keys[1] ?? Buffer.alloc(0)));
  });

  test('with another fingerprint writes nothing', async () => {
    await expect(trust(home.target(server.port), { ...no, expected: ['SHA256:x'] })).rejects.toMatchObject({
      code: 'ssh/fingerprint-differs',
    });
  });

  test('asks nothing about a host that is known', async () => {
    home.know(server);
    expect(await trust(home.target(server.port), no)).toEqual([]);
  });

  test('replaces a changed key only when told to, and leaves other lines alone', async () => {
    const old = renderKnownHost(`[127.0.0.1]:${server.port}`, publicBlob(newHostKey())).trim();
    home.know('# mine', old, `other ssh-rsa ${publicBlob(rsa).toString('base64')}`);
    const yes = { ...no, ask: async () => 'yes' };
    await expect(trust(home.target(server.port), yes)).rejects.toMatchObject({ code: 'ssh/host-key-changed' });
    await trust(home.target(server.port), { ...yes, replace: true });
    expect(knownHosts()).toMatch(/^# mine\nother ssh-rsa .*\n\[127/);
    expect(knownHosts()).not.toContain(old);
  });

  test('does not touch a line that is about other hosts too', async () => {
    home.know(`${renderKnownHost(`[127.0.0.1]:${server.port},other`, publicBlob(newHostKey())).trim()}`);
    const replace = { ...no, replace: true, ask: async () => 'yes' };
    await expect(trust(home.target(server.port), replace)).rejects.toMatchObject({ code: 'ssh/old-key' });
  });

  test('never makes a revoked key known', async () => {
    home.know(
      `@revoked * ${typeOf((server.keys[0] ?? Buffer.alloc(0)).toString('base64'))} ${server.keys[0]?.toString('base64')}`,
    );
    const yes = { ...no, replace: true, ask: async () => 'yes' };
    await expect(trust(home.target(server.port), yes)).rejects.toMatchObject({ code: 'ssh/host-key-revoked' });
  });

  test('hashes names where ssh_config asks for it', async () => {
    home.write('config', 'HashKnownHosts yes\n');
    await trust(home.target(server.port), { ...no, expected: [print(0)] });
    expect(knownHosts()).toMatch(/^\|1\|/);
    await (await connect(home.target(server.port))).close();
  });

  test('goes from jump host to jump host, and logs in only where a key was confirmed', async () => {
    const bastion = await startServer();
    const target = home.target(server.port, { ansible_ssh_common_args: `-J tester@127.0.0.1:${bastion.port}` });
    await expect(connect(target)).rejects.toMatchObject({
      fix: expect.stringContaining('gatdeploy hosts trust web-1'),
    });
    home.write('id_ed25519', newHostKey());
    expect(await trust(target, { ...no, ask: async () => 'yes' })).toEqual(['127.0.0.1', 'web-1']);
    await (await connect(target)).close();
    await bastion.close();
  });

  test('tells that a host cannot be reached', async () => {
    const { port } = server;
    await server.close();
    await expect(trust(home.target(port), no)).rejects.toMatchObject({ code: 'ssh/refused' });
    server = await startServer();
  });
});
