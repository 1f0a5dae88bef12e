import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { sh } from '../../../src/base/shell.ts';

import { connect } from '../../../src/transport/connect.ts';
import type { TestServer } from '../../support/ssh-server.ts';
import { cleanUps, connected, failure, home, serve, useSshWorld } from '../../support/ssh-world.ts';

useSshWorld();

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

  test('that is long arrives as it is, whatever it holds', async () => {
    const { connection } = await connected();
    const text = `it's "$HOME" \\ \`x\` ä ${new Array(50_000).fill("'word'").join(' ')}\n\n`;
    const result = await connection.exec({ script: sh`cat; printf %s ${new Secret(text)}; echo err >&2; exit 3` });
    expect(result.stdout.toString()).toBe(text);
    expect(result).toMatchObject({ code: 3, stderr: Buffer.from('err\n') });
  });

  test('that is long travels compressed, and as it is to a host that cannot unpack it', async () => {
    const tools = mkdtempSync(join(tmpdir(), 'gatdeploy-tools-'));
    cleanUps.push(() => rmSync(tools, { recursive: true }));
    const script = sh`: ${'once and again '.repeat(5000)}
echo done`;
    const sent = async (server: TestServer) => {
      const connection = await connect(home.target(server.port));
      cleanUps.push(() => connection.close());
      const [socket] = [...server.connections].map((one) => (one as unknown as { _sock: Socket })._sock).slice(-1);
      const before = socket?.bytesRead ?? 0;
      for (const run of [1, 2])
        expect(String((await connection.exec({ script })).stdout), String(run)).toBe('done\n');
      return (socket?.bytesRead ?? 0) - before;
    };
    const able = await serve();
    home.know(able);
    expect(await sent(able)).toBeLessThan(20_000);
    writeFileSync(join(tools, 'gzip'), '#!/bin/sh\nexit 127\n', { mode: 0o755 });
    const unable = await serve({ environment: { PATH: `${tools}:${process.env.PATH}` } });
    home.know(unable);
    expect(await sent(unable)).toBeGreaterThan(150_000);
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
    let pid = '';
    const onOutput = (chunk: Buffer) => {
      pid += chunk;
    };
    const error = await failure(connection.exec({ script: sh`echo $$; sleep 60`, timeoutMs: 300, onOutput }));
    expect(error).toMatchObject({ code: 'ssh/command-timeout', class: 'apply' });
    // a dead process that nobody has buried yet (Z) counts as gone
    const gone = sh`for try in 1 2 3 4 5 6 7 8 9 10; do grep -q '^State:[[:space:]]*[^Z[:space:]]' /proc/${pid.trim()}/status 2>/dev/null || exit 0; sleep 0.1; done; exit 1`;
    expect((await connection.exec({ script: gone })).code).toBe(0);
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
