import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GatError } from '../../src/base/errors.ts';
import { Secret } from '../../src/base/secret.ts';
import { sh } from '../../src/base/shell.ts';
import { connect } from '../../src/transport/connect.ts';
import type { Connection, Prompt } from '../../src/transport/connection.ts';
import { fingerprint, renderKnownHost } from '../../src/transport/known-hosts.ts';
import { startDelayProxy } from '../support/delay-proxy.ts';
import { type SshHome, sshHome } from '../support/ssh-home.ts';
import {
  newHostKey,
  newRsaKey,
  publicBlob,
  startServer,
  type TestServer,
  type TestServerOptions,
} from '../support/ssh-server.ts';

let home: SshHome;
const cleanUps: (() => unknown)[] = [];
beforeEach(() => {
  home = sshHome();
  cleanUps.push(() => home.remove());
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serve(options?: TestServerOptions): Promise<TestServer> {
  const server = await startServer(options);
  cleanUps.push(() => server.close());
  return server;
}

/** A server whose key is known, and a connection to it. */
async function connected(
  options?: TestServerOptions,
  vars = {},
): Promise<{ server: TestServer; connection: Connection }> {
  const server = await serve(options);
  home.know(server);
  const connection = await connect(home.target(server.port, vars));
  cleanUps.push(() => connection.close());
  return { server, connection };
}

const failure = (promise: Promise<unknown>): Promise<GatError> =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error) => error,
  );

/** Accepts just this key. */
const acceptKey =
  (privateKey: string): NonNullable<TestServerOptions['authenticate']> =>
  (context) => {
    if (context.method !== 'publickey') return context.reject(['publickey']);
    if (!context.key.data.equals(publicBlob(privateKey))) return context.reject(['publickey']);
    if (!context.signature || !context.blob) return context.accept();
    const key = ssh2.utils.parseKey(privateKey);
    if (key instanceof Error || key.verify(context.blob, context.signature, context.hashAlgo) !== true)
      return context.reject();
    context.accept();
  };

describe('a script', () => {
  test('runs with its bytes, its exit code and no standard input', async () => {
    const { connection } = await connected();
    const result = await connection.exec({ script: sh`cat; printf 'a\\0\\377 \\n'; echo err >&2; exit 3` });
    expect(result).toMatchObject({ code: 3, truncated: false });
    expect([...result.stdout]).toEqual([97, 0, 255, 32, 10]);
    expect(String(result.stderr)).toBe('err\n');
  });

  test('is never part of the command line, so no secret shows in a list of processes', async () => {
    const { server, connection } = await connected();
    const canary = 'canary-4711';
    const script = sh`cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; : ${new Secret(canary)}`;
    const { stdout } = await connection.exec({ script });
    expect(String(stdout)).toContain('/bin/sh -s');
    expect(String(stdout)).not.toContain(canary);
    expect(new Set(server.counts.commands)).toEqual(new Set(['/bin/sh -s']));
  });

  test('may leave something behind in the background that keeps its output open', async () => {
    const { connection } = await connected();
    const result = await connection.exec({ script: sh`sleep 60 & echo $!; echo done` });
    const [pid] = String(result.stdout).split('\n');
    expect(String(result.stdout)).toBe(`${pid}\ndone\n`);
    await connection.exec({ script: sh`kill ${pid ?? ''}` });
  });

  test('that ends by a signal says so', async () => {
    const { connection } = await connected({ loginShell: (command) => ['/bin/sh', '-c', `exec ${command}`] });
    expect(await connection.exec({ script: sh`kill -9 $$` })).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  test('with endless output takes bounded memory, and keeps its beginning and end', async () => {
    const { connection } = await connected();
    const script = sh`echo begin; head -c 3000000 /dev/zero; echo end`;
    const result = await connection.exec({ script, maxOutputBytes: 1000 });
    expect(result.truncated).toBe(true);
    expect(result.stdout.length).toBeLessThan(1100);
    expect([String(result.stdout.subarray(0, 6)), String(result.stdout.subarray(-4))]).toEqual([
      'begin\n',
      'end\n',
    ]);
  });

  test('shows its output as it comes', async () => {
    const { connection } = await connected();
    const seen: string[] = [];
    const onOutput = (chunk: Buffer, stream: string) => seen.push(`${stream} ${chunk}`);
    await connection.exec({ script: sh`echo one; read x < /dev/null; echo two >&2`, onOutput });
    expect(seen.sort()).toEqual(['stderr two\n', 'stdout one\n']);
  });

  test('that takes too long is ended, also on the host', async () => {
    const { connection } = await connected();
    const error = await failure(connection.exec({ script: sh`sleep 61; echo never`, timeoutMs: 200 }));
    expect(error).toMatchObject({ code: 'ssh/command-timeout', class: 'apply' });
    const { stdout } = await connection.exec({
      script: sh`for i in 1 2 3 4 5 6 7 8 9 10; do grep -lz '^61' /proc/[0-9]*/cmdline 2>/dev/null || break; sleep 0.1; done | tail -1`,
    });
    expect(String(stdout)).not.toContain('61');
  });

  test('that is called off throws the reason', async () => {
    const { connection } = await connected();
    const controller = new AbortController();
    const running = failure(connection.exec({ script: sh`sleep 60`, signal: controller.signal }));
    controller.abort(new Error('called off'));
    expect(await running).toMatchObject({ message: 'called off' });
    expect(await failure(connection.exec({ script: sh`:`, signal: controller.signal }))).toMatchObject({
      message: 'called off',
    });
  });
});

describe('a login shell', () => {
  test.each<[string, string]>([
    ['prints a greeting', 'echo Welcome; echo "Last login" >&2'],
    ['prints without a newline', 'printf "no newline"; printf "here either" >&2'],
    ['prints what looks like a frame', 'echo "@@gatdeploy-start-0"; echo "@@gatdeploy-end-0 1"'],
    ['prints bytes', 'head -c 5000 /dev/urandom'],
  ])('that %s does not get into the output', async (_title, profile) => {
    const { connection } = await connected({
      loginShell: (command) => ['/bin/sh', '-c', `${profile}; ${command}`],
    });
    const result = await connection.exec({ script: sh`echo out; echo err >&2` });
    expect([String(result.stdout), String(result.stderr), result.code]).toEqual(['out\n', 'err\n', 0]);
  });

  test.each<[string, string[], RegExp]>([
    ['is nologin', ['-c', 'echo This account is currently not available.; exit 1'], /exit code 1 .*not available/],
    ['exits without running anything', ['-c', 'exit 0'], /exit code 0 and said nothing/],
    ['eats the script', ['-c', 'cat >/dev/null & wait; head -c 100000 >/dev/null'], /exit code 0/],
    [
      'prints control sequences',
      ['-c', 'printf "\\033]0;owned\\007"; exit 2'],
      /exit code 2 and said: \\x1b\]0;owned\\x07/,
    ],
  ])(
    'that %s is a clear error',
    async (_title, args, why) => {
      const { connection } = await connected({ loginShell: () => ['/bin/sh', ...args] as [string, ...string[]] });
      const error = await failure(connection.exec({ script: sh`echo` }));
      expect(error).toMatchObject({ code: 'ssh/no-shell', why: expect.stringMatching(why) });
    },
    20_000,
  );
});

describe('many scripts at once', () => {
  const tenth = sh`sleep 0.05; echo ok`;
  test('run on one connection, and never on more sessions than the host allows', async () => {
    const { server, connection } = await connected({ maxSessions: 3 });
    const results = await Promise.all(Array.from({ length: 20 }, () => connection.exec({ script: tenth })));
    expect(results.map(({ stdout }) => String(stdout))).toEqual(Array(20).fill('ok\n'));
    expect(server.counts).toMatchObject({ connections: 1, peak: 3 });
  });

  test('work where the host allows a single session', async () => {
    const { server, connection } = await connected({ maxSessions: 1 });
    for (let round = 0; round < 3; round++) {
      await Promise.all([1, 2].map(() => connection.exec({ script: tenth })));
    }
    expect(server.counts.peak).toBe(1);
  });

  test('are a clear error where the host allows none', async () => {
    const { connection } = await connected({ maxSessions: 0 });
    expect(await failure(connection.exec({ script: tenth }))).toMatchObject({ code: 'ssh/no-session' });
  });
});

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
    home.know(renderKnownHost('127.0.0.1', key).trim());
    expect(await failure(connect(home.target(server.port)))).toMatchObject({ code: 'ssh/host-key-unknown' });
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
        ansible_ssh_common_args: `-o "UserKnownHostsFile=/nonexistent ${file}" -o HostKeyAlias=the-web`,
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

describe('logging in', () => {
  test('works with a key file, which is offered at once', async () => {
    const key = newHostKey();
    const methods: string[] = [];
    const { connection } = await connected(
      {
        authenticate: (context) => {
          methods.push(context.method);
          acceptKey(key)(context);
        },
      },
      { ansible_ssh_private_key_file: home.write('mine', key), ansible_password: null },
    );
    expect((await connection.exec({ script: sh`echo` })).code).toBe(0);
    expect(methods[0]).toBe('publickey');
  });

  test('works with an RSA key, by SHA-2 only', async () => {
    const key = newRsaKey();
    const hashes = new Set<string | undefined>();
    await connected(
      {
        authenticate: (context) => {
          if (context.method === 'publickey' && context.signature) hashes.add(context.hashAlgo);
          acceptKey(key)(context);
        },
      },
      { ansible_ssh_private_key_file: home.write('mine', key) },
    );
    expect([...hashes]).toEqual(['sha256']);
  });

  test('asks for the passphrase of a key only when the host accepts the key', async () => {
    const { private: key } = ssh2.utils.generateKeyPairSync('ed25519', {
      passphrase: 'open sesame',
      cipher: 'aes256-ctr',
      rounds: 4,
    });
    const { private: other } = ssh2.utils.generateKeyPairSync('ed25519', {
      passphrase: 'never',
      cipher: 'aes256-ctr',
      rounds: 4,
    });
    const plain = ssh2.utils.parseKey(key, 'open sesame');
    if (plain instanceof Error) throw plain;
    const server = await serve({
      authenticate: (context) => {
        if (context.method !== 'publickey' || !context.key.data.equals(plain.getPublicSSH()))
          return context.reject(['publickey']);
        context.accept();
      },
    });
    home.know(server);
    home.write('config', `IdentityFile ${home.write('other', other)}\nIdentityFile ${home.write('mine', key)}\n`);
    const questions: string[] = [];
    const ask =
      (answer: string): Prompt =>
      async (question) => {
        questions.push(question);
        return new Secret(answer);
      };
    const connection = await connect(home.target(server.port), { prompt: ask('open sesame') });
    await connection.close();
    expect(questions).toEqual([`Passphrase of ${join(home.path, '.ssh/mine')}: `]);
    const wrong = await failure(connect(home.target(server.port), { prompt: ask('wrong') }));
    expect(wrong).toMatchObject({ code: 'ssh/auth-failed', why: expect.stringContaining('passphrase is wrong') });
    const unasked = await failure(connect(home.target(server.port, { ansible_password: null })));
    expect(unasked.why).toContain('ssh-add');
  });

  test('works with a password, which is sent once and never shown', async () => {
    let sent = 0;
    const authenticate: TestServerOptions['authenticate'] = (context) => {
      if (context.method !== 'password') return context.reject(['password']);
      sent++;
      if (context.password === 'right') context.accept();
      else context.reject(['password']);
    };
    const { server } = await connected({ authenticate }, { ansible_password: 'right' });
    const prompt: Prompt = async () => new Secret('another');
    const error = await failure(connect(home.target(server.port, { ansible_password: 'pw-canary' }), { prompt }));
    expect(error).toMatchObject({
      code: 'ssh/auth-failed',
      why: expect.stringContaining('the password (ansible_password) was sent'),
    });
    expect(JSON.stringify([error, error.message, error.why, error.fix])).not.toContain('pw-canary');
    expect(sent).toBe(2);
  });

  test('asks for a password at the terminal, by questions of the host too', async () => {
    const server = await serve({
      authenticate: (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
        context.prompt([{ prompt: 'Kennwort: ', echo: false }], (answers) =>
          answers[0] === 'typed' ? context.accept() : context.reject(),
        );
      },
    });
    home.know(server);
    const connection = await connect(home.target(server.port, { ansible_password: null }), {
      prompt: async () => new Secret('typed'),
    });
    await connection.close();
  });

  test('tells what was tried and what the host accepts', async () => {
    const server = await serve({ authenticate: (context) => context.reject(['publickey']) });
    home.know(server);
    home.write('id_ed25519', newHostKey());
    const error = await failure(connect(home.target(server.port, { ansible_password: null })));
    expect(error).toMatchObject({ code: 'ssh/auth-failed', what: 'cannot log in to web-1 (127.0.0.1) as tester' });
    expect(error.why).toMatch(/key .*id_ed25519 \(SHA256:.*\) was offered\n {2}the host accepts: publickey/);
  });

  test('offers no weak algorithm', async () => {
    const server = await serve({ algorithms: { kex: ['diffie-hellman-group14-sha1'] } });
    home.know(server);
    expect(await failure(connect(home.target(server.port)))).toMatchObject({ code: 'ssh/no-common-algorithm' });
  });
});

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
