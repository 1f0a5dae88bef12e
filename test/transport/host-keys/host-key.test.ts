import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connect } from '../../../src/transport/connect.ts';
import { fingerprint, renderKnownHost } from '../../../src/transport/host-keys/known-hosts.ts';
import { newHostKey, newRsaKey, publicBlob } from '../../support/ssh-server.ts';

import { failure, home, serve, useSshWorld } from '../../support/ssh-world.ts';

useSshWorld();

describe('a host key', () => {
  test('that is not known is refused before any password is sent, with its fingerprint and the way on', async () => {
    let asked = 0;
    const server = await serve({
      authenticate: (context) => {
        asked++;
        context.accept();
      },
    });
    const error = await failure(connect(home.target(server.port)));
    expect(error).toMatchObject({ code: 'ssh/host-key-unknown', class: 'unreachable' });
    expect(error.why).toContain(fingerprint(server.keys[0] ?? Buffer.alloc(0)));
    expect(error.fix).toContain('gatdeploy hosts trust web-1');
    expect(asked).toBe(0);
  });

  test('that has changed is refused, with both fingerprints and the line of the old one', async () => {
    const server = await serve();
    const old = publicBlob(newHostKey());
    home.know(renderKnownHost(`[127.0.0.1]:${server.port}`, old).trim());
    const error = await failure(connect(home.target(server.port)));
    expect(error).toMatchObject({ code: 'ssh/host-key-changed' });
    expect(error.why).toContain(fingerprint(old));
    expect(error.where).toContainEqual({ file: join(home.path, '.ssh/known_hosts'), line: 1, column: 0 });
  });

  test('that is revoked is refused even if it is known too', async () => {
    const server = await serve();
    const [key = Buffer.alloc(0)] = server.keys;
    const line = renderKnownHost(`[127.0.0.1]:${server.port}`, key).trim();
    home.know(line, `@revoked ${line}`);
    expect(await failure(connect(home.target(server.port)))).toMatchObject({ code: 'ssh/host-key-revoked' });
  });

  test('is not vouched for by a certificate authority', async () => {
    const server = await serve();
    home.know(`@cert-authority ${renderKnownHost(`[127.0.0.1]:${server.port}`, publicBlob(newHostKey())).trim()}`);
    expect(await failure(connect(home.target(server.port)))).toMatchObject({ code: 'ssh/host-key-authority' });
  });

  test('that is known of another port does not count', async () => {
    const server = await serve();
    const [key = Buffer.alloc(0)] = server.keys;
    home.know(renderKnownHost(`[127.0.0.1]:${server.port + 1}`, key).trim());
    expect(await failure(connect(home.target(server.port)))).toMatchObject({ code: 'ssh/host-key-unknown' });
  });

  test('that is known without a port counts on any, as OpenSSH takes it', async () => {
    const server = await serve();
    const [key = Buffer.alloc(0)] = server.keys;
    home.know(renderKnownHost('127.0.0.1', key).trim());
    const connection = await connect(home.target(server.port));
    await connection.close();
  });

  test.each<[string, (key: Buffer, port: number) => string, string]>([
    [
      'another key without a port',
      () => renderKnownHost('127.0.0.1', publicBlob(newHostKey())),
      'ssh/host-key-unknown',
    ],
    [
      'the key without a port, but another one with it',
      (key, port) =>
        renderKnownHost('127.0.0.1', key) + renderKnownHost(`[127.0.0.1]:${port}`, publicBlob(newHostKey())),
      'ssh/host-key-changed',
    ],
    [
      'the key with its port, but revoked without',
      (key, port) => `${renderKnownHost(`[127.0.0.1]:${port}`, key)}@revoked ${renderKnownHost('127.0.0.1', key)}`,
      'ssh/host-key-revoked',
    ],
  ])('is refused where known_hosts has %s', async (_title, lines, code) => {
    const server = await serve();
    home.know(lines(server.keys[0] ?? Buffer.alloc(0), server.port).trim());
    expect(await failure(connect(home.target(server.port)))).toMatchObject({ code });
  });

  test('is asked for by the known type, and another type is told apart from a change', async () => {
    const rsa = newRsaKey();
    const server = await serve({ hostKeys: [newHostKey(), rsa] });
    home.know(renderKnownHost(`[127.0.0.1]:${server.port}`, publicBlob(rsa)).trim());
    const connection = await connect(home.target(server.port));
    await connection.close();
    const other = await serve();
    home.know(renderKnownHost(`[127.0.0.1]:${other.port}`, publicBlob(rsa)).trim());
    expect(await failure(connect(home.target(other.port)))).toMatchObject({ code: 'ssh/host-key-other-type' });
  });

  test('can come from any of several files, hashed, and under an alias', async () => {
    const server = await serve();
    const [key = Buffer.alloc(0)] = server.keys;
    const file = home.write('more', renderKnownHost('the-web', key, { salt: Buffer.alloc(20, 1) }));
    const connection = await connect(
      home.target(server.port, {
        ansible_ssh_common_args: `-o "UserKnownHostsFile=${home.path}/none ${file}" -o HostKeyAlias=the-web`,
      }),
    );
    await connection.close();
  });

  test.runIf(process.platform === 'linux')('fails closed when a known_hosts file cannot be read', async () => {
    const server = await serve();
    home.know(server);
    const target = home.target(server.port, {
      ansible_ssh_common_args: `-o "UserKnownHostsFile=${home.path}/.ssh/known_hosts ${home.path}"`,
    });
    expect(await failure(connect(target))).toMatchObject({ code: 'ssh/known-hosts' });
  });
});
