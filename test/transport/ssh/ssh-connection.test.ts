import { randomBytes } from 'node:crypto';
import dns from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { type Script, sh } from '../../../src/base/shell.ts';
import { connect } from '../../../src/transport/connect.ts';
import { renderKnownHost } from '../../../src/transport/host-keys/known-hosts.ts';
import { startDelayProxy } from '../../support/delay-proxy.ts';
import type { TestServerOptions } from '../../support/ssh-server.ts';

import { cleanUps, connected, failure, home, serve, useSshWorld } from '../../support/ssh-world.ts';

useSshWorld();

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

describe('a connection', () => {
  async function listener(onConnection: (server: Server) => Parameters<typeof createServer>[1]): Promise<number> {
    const server: Server = createServer();
    server.on('connection', onConnection(server) as never);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUps.push(() => server.close());
    return (server.address() as AddressInfo).port;
  }

  test('that is refused is a clear error', async () => {
    const port = await listener((server) => () => server.close());
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const free = (server.address() as AddressInfo).port;
    server.close();
    await once(server, 'close');
    expect(await failure(connect(home.target(free)))).toMatchObject({ code: 'ssh/refused', class: 'unreachable' });
    expect(port).toBeGreaterThan(0);
  });

  test.skipIf(!hasIpv6)('to an address of IPv6 is made, and its key is known by that address', async () => {
    const server = await serve();
    const near = createServer((socket) => {
      const far = createConnection(server.port, '127.0.0.1');
      socket.pipe(far).pipe(socket);
      for (const one of [socket, far]) one.on('error', () => one.destroy());
    });
    near.listen(0, '::1');
    await once(near, 'listening');
    cleanUps.push(() => near.close());
    const { port } = near.address() as AddressInfo;
    const target = home.target(port, { ansible_host: '::1' });
    home.know(server);
    expect(await failure(connect(target))).toMatchObject({ code: 'ssh/host-key-unknown' });
    home.know(...server.keys.map((key) => renderKnownHost(`[::1]:${port}`, key)));
    const connection = await connect(target);
    expect(String((await connection.exec({ script: sh`echo there` })).stdout)).toBe('there\n');
    await connection.close();
  });

  describe('to a name with several addresses', () => {
    /** What the resolver says of every name. */
    function resolveTo(...addresses: readonly string[]): void {
      const answer = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      const lookup = vi
        .spyOn(dns, 'lookup')
        .mockImplementation(((...given: unknown[]) =>
          (given.at(-1) as (error: null, all: typeof answer) => void)(null, answer)) as never);
      cleanUps.push(() => lookup.mockRestore());
    }

    test('is made to the first that takes it, and the key is known by the name', async () => {
      const server = await serve();
      const target = home.target(server.port, { ansible_host: 'two.example' });
      resolveTo('127.0.0.2', '127.0.0.1');
      home.know(server);
      expect(await failure(connect(target))).toMatchObject({ code: 'ssh/host-key-unknown' });
      home.know(...server.keys.map((key) => renderKnownHost(`[two.example]:${server.port}`, key)));
      const connection = await connect(target);
      expect(String((await connection.exec({ script: sh`echo there` })).stdout)).toBe('there\n');
      await connection.close();
    });

    test('is a clear error when none takes it', async () => {
      const server = await serve();
      await server.close();
      resolveTo('127.0.0.2', '127.0.0.1');
      const target = home.target(server.port, { ansible_host: 'two.example' });
      expect(await failure(connect(target))).toMatchObject({ code: 'ssh/refused' });
    });
  });

  test('to a name that nobody knows is a clear error', async () => {
    expect(await failure(connect(home.target(22, { ansible_host: 'nowhere.invalid' })))).toMatchObject({
      code: 'ssh/unknown-name',
    });
  });

  test('to a host that accepts and then says nothing times out', async () => {
    const port = await listener(() => (socket) => cleanUps.push(() => socket.destroy()));
    const target = home.target(port, { ansible_ssh_common_args: '-o ConnectTimeout=1' });
    expect(await failure(connect(target))).toMatchObject({ code: 'ssh/timeout' });
  });

  test('to a host that answers slowly, but goes on answering, gets the time it needs', async () => {
    const server = await serve();
    // Some ten answers of 0.5 s each: no single silence is as long as the limit, all together are.
    const proxy = await startDelayProxy(500, { port: server.port });
    cleanUps.push(() => proxy.close());
    home.know(renderKnownHost(`[127.0.0.1]:${proxy.port}`, server.keys[0] ?? Buffer.alloc(0)).trim());
    const connection = await connect(home.target(proxy.port, { ansible_ssh_common_args: '-o ConnectTimeout=3' }));
    await connection.close();
  });

  test('that is dropped for too many at once (MaxStartups) is tried again', async () => {
    const server = await serve();
    let drops = 2;
    const port = await listener(() => (socket) => {
      if (drops-- > 0) return socket.end('Exceeded MaxStartups\r\n');
      const far = createConnection(server.port);
      socket.pipe(far).pipe(socket);
      cleanUps.push(() => socket.destroy());
    });
    home.know(renderKnownHost(`[127.0.0.1]:${port}`, server.keys[0] ?? Buffer.alloc(0)).trim());
    const connection = await connect(home.target(port));
    await connection.close();
    expect(drops).toBeLessThan(0);
  });

  test('that is closed leaves no timer behind, so that the program can end at once', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
    const server = await serve();
    home.know(server);
    const before = timers();
    const connection = await connect(home.target(server.port));
    for (const script of [sh`echo`, sh`echo`]) await connection.exec({ script });
    await connection.close();
    expect(timers()).toBeLessThanOrEqual(before);
  });

  test('over a link of 1 KiB/s goes on, and is not taken for dead while bytes are on their way', async () => {
    const server = await serve();
    const proxy = await startDelayProxy(0, { port: server.port, bytesPerSecond: 1024 });
    cleanUps.push(() => proxy.close());
    home.know(renderKnownHost(`[127.0.0.1]:${proxy.port}`, server.keys[0] ?? Buffer.alloc(0)).trim());
    // A sign of life is asked for each second; the script takes longer as a dead link would get.
    const args = '-o ServerAliveInterval=1 -o ServerAliveCountMax=1 -o ConnectTimeout=60';
    const connection = await connect(home.target(proxy.port, { ansible_ssh_common_args: args }));
    cleanUps.push(() => connection.close());
    const noise = randomBytes(1500).toString('base64');
    const { stdout } = await connection.exec({ script: sh`printf %s ${noise} | wc -c` });
    expect(String(stdout).trim()).toBe('2000');
  }, 60_000);

  test('that is lost ends all that runs on it with an error, and says so once', async () => {
    const { server, connection } = await connected();
    await connection.exec({ script: sh`echo` });
    const running = [1, 2, 3].map(() => failure(connection.exec({ script: sh`sleep 60` })));
    await connection.exec({ script: sh`echo` });
    for (const link of server.connections) (link as unknown as { _sock: { destroy(): void } })._sock.destroy();
    for (const error of await Promise.all(running)) expect(error).toMatchObject({ code: 'ssh/lost' });
    expect(await connection.lost).toMatchObject({ code: 'ssh/lost', class: 'unreachable' });
    expect(await failure(connection.exec({ script: sh`echo` }))).toMatchObject({ code: 'ssh/lost' });
  });

  test('that is half open is noticed by its silence', async () => {
    const server = await serve();
    const proxy = await startDelayProxy(0, { port: server.port });
    cleanUps.push(() => proxy.close());
    home.know(renderKnownHost(`[127.0.0.1]:${proxy.port}`, server.keys[0] ?? Buffer.alloc(0)).trim());
    const connection = await connect(
      home.target(proxy.port, { ansible_ssh_common_args: '-o ServerAliveInterval=1 -o ServerAliveCountMax=1' }),
    );
    await connection.exec({ script: sh`echo` });
    const running = failure(connection.exec({ script: sh`sleep 60` }));
    proxy.freeze();
    expect(await running).toMatchObject({ code: 'ssh/lost', why: expect.stringContaining('no sign of life') });
  }, 15_000);

  test('that is silent but alive is kept', async () => {
    const { connection } = await connected(
      {},
      { ansible_ssh_common_args: '-o ServerAliveInterval=1 -o ServerAliveCountMax=1' },
    );
    expect((await connection.exec({ script: sh`sleep 3.5` })).code).toBe(0);
  }, 15_000);

  test('that is closed runs nothing more', async () => {
    const { connection } = await connected();
    const running = failure(connection.exec({ script: sh`sleep 60` }));
    await connection.exec({ script: sh`echo` });
    await connection.close();
    expect(await running).toMatchObject({ code: 'ssh/closed' });
    expect(await failure(connection.exec({ script: sh`echo` }))).toMatchObject({ code: 'ssh/closed' });
  });
});

test('what ran on a connection is not kept for as long as the connection', async () => {
  const { connection } = await connected();
  const scripts: WeakRef<Script>[] = [];
  const once = async (): Promise<void> => {
    const script = sh`echo ${'long '.repeat(1000)}`;
    scripts.push(new WeakRef(script));
    await connection.exec({ script });
  };
  for (let count = 0; count < 5; count++) await once();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc'); // other files' tests in this process want V8 as it was
  await vi.waitFor(() => {
    collect();
    // The last one may still be on the stack of something.
    expect(scripts.slice(0, -1).map((one) => one.deref())).toEqual([undefined, undefined, undefined, undefined]);
  });
  await connection.close();
});

describe('a jump', () => {
  const jump = (port: number) => ({ ansible_ssh_common_args: `-J tester@127.0.0.1:${port}` });
  const openToAll: TestServerOptions = { authenticate: (context) => context.accept() };

  test('leads through several hosts', async () => {
    const [first, second, last] = [await serve(openToAll), await serve(openToAll), await serve(openToAll)];
    home.know(first, second, last);
    const target = home.target(last.port, {
      ansible_ssh_common_args: `-J 127.0.0.1:${first.port},tester@127.0.0.1:${second.port}`,
    });
    const connection = await connect(target);
    expect(String((await connection.exec({ script: sh`echo there` })).stdout)).toBe('there\n');
    expect([first, second, last].map(({ counts }) => counts.commands.length > 0)).toEqual([false, false, true]);
    await connection.close();
  });

  test('checks each host by its own name', async () => {
    const [bastion, last] = [await serve(openToAll), await serve(openToAll)];
    home.know(last);
    const unknownHop = await failure(connect(home.target(last.port, jump(bastion.port))));
    expect(unknownHop).toMatchObject({ code: 'ssh/host-key-unknown', what: expect.stringContaining('127.0.0.1') });
    home.know(bastion);
    const unknownLast = await failure(connect(home.target(last.port, jump(bastion.port))));
    expect(unknownLast).toMatchObject({ code: 'ssh/host-key-unknown', what: expect.stringContaining('web-1') });
  });

  test('that the jump host refuses is a clear error', async () => {
    const [bastion, last] = [await serve({ ...openToAll, allowForwarding: false }), await serve(openToAll)];
    home.know(bastion, last);
    expect(await failure(connect(home.target(last.port, jump(bastion.port))))).toMatchObject({
      code: 'ssh/jump-refused',
    });
  });

  test('that breaks midway is a lost connection', async () => {
    const [bastion, last] = [await serve(openToAll), await serve(openToAll)];
    home.know(bastion, last);
    const connection = await connect(home.target(last.port, jump(bastion.port)));
    await connection.exec({ script: sh`echo` });
    const running = failure(connection.exec({ script: sh`sleep 60` }));
    for (const link of bastion.connections) (link as unknown as { _sock: { destroy(): void } })._sock.destroy();
    expect(await running).toMatchObject({ code: 'ssh/lost' });
    await connection.close();
  });
});

test('a ProxyCommand of the own ssh_config makes the connection', async () => {
  const server = await serve();
  home.know(renderKnownHost('web-alias', server.keys[0] ?? Buffer.alloc(0)).trim());
  const script = home.write(
    'relay.mjs',
    `import {connect} from 'node:net'; const s = connect(+process.argv[3], process.argv[2]); process.stdin.pipe(s); s.pipe(process.stdout); s.on('close', () => process.exit());`,
  );
  home.write('config', `HostKeyAlias web-alias\nProxyCommand "${process.execPath}" ${script} %h %p\n`);
  const connection = await connect(home.target(server.port));
  expect((await connection.exec({ script: sh`exit 5` })).code).toBe(5);
  await connection.close();
});
