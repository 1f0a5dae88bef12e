import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { feed, sh } from '../../src/base/shell.ts';
import { framed, makeFrame, readFrame } from '../../src/transport/frame.ts';
import { localConnection } from '../../src/transport/local.ts';
import { recordedConnection } from '../../src/transport/recorded.ts';

const here = localConnection('here');
afterAll(() => here.close());

describe('this machine', () => {
  test('runs a script in the same surroundings as any host', async () => {
    const { stdout } = await here.exec({ script: sh`pwd; umask; echo $LC_ALL; command -v ls; wc -c` });
    expect(String(stdout)).toMatch(/^\/\n0022\nC\n\/\S*ls\n0\n$/);
  });

  test('keeps what is in its own environment to itself', async () => {
    process.env.GATDEPLOY_CANARY = 'canary-4711';
    const { stdout } = await here.exec({ script: sh`env; cat /proc/$$/environ` });
    delete process.env.GATDEPLOY_CANARY;
    expect(String(stdout)).not.toContain('canary-4711');
  });

  test('keeps a syntax error of a script inside its frame', async () => {
    const result = await here.exec({ script: sh`echo 'never closed` });
    expect(result.code).not.toBe(0);
    expect(String(result.stderr)).toMatch(/quot/i);
  });

  test('ends a script that takes too long, with all that it started', async () => {
    const script = sh`echo $$; sleep 62 & sleep 62`;
    let pid = '';
    const onOutput = (chunk: Buffer) => {
      pid += chunk;
    };
    await expect(here.exec({ script, timeoutMs: 300, onOutput })).rejects.toMatchObject({
      code: 'ssh/command-timeout',
    });
    // a dead process that nobody has buried yet (Z) counts as gone
    const probe = sh`for i in 1 2 3 4 5 6 7 8 9 10; do grep -q '^State:[[:space:]]*[^Z[:space:]]' /proc/${pid.trim()}/status 2>/dev/null || exit 0; sleep 0.1; done; exit 1`;
    expect((await here.exec({ script: probe })).code).toBe(0);
  });

  test('says that it is closed', async () => {
    const closed = localConnection('here');
    await closed.close();
    await expect(closed.exec({ script: sh`:` })).rejects.toMatchObject({ code: 'ssh/closed' });
  });
});

const hostile = fc.string({
  unit: fc.constantFrom(...'a \'"$`\\\n\t\r;&|()<>*?~-!é{}#%=@\u001b\u00ff'.split('')),
  maxLength: 30,
});
const shells = [
  ['/bin/sh', '-s'],
  ['/usr/bin/dash', '-s'],
  ['/bin/busybox', 'sh', '-s'],
  ['/usr/bin/busybox', 'sh', '-s'],
];

describe.each(shells.filter(([file = '']) => existsSync(file)))('a frame in %s %s', (...shell: string[]) => {
  const [file = '', ...args] = shell.filter((word) => typeof word === 'string');
  const run = (script: ReturnType<typeof sh>) => {
    const frame = makeFrame();
    const body: Buffer[] = [];
    const reader = readFrame(frame, (chunk) => body.push(Buffer.from(chunk)));
    reader.push(
      execFileSync(file, args, { input: framed(script, frame).source, stdio: ['pipe', 'pipe', 'ignore'] }),
    );
    return { status: reader.status, body: Buffer.concat(body).toString() };
  };

  test('gives programs exactly the words that went in, and exit codes out', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), fc.nat(255), (words, code) => {
        const { status, body } = run(sh`for word in ${words}; do printf '%s\\0' "$word"; done; exit ${code}`);
        expect(body.split('\0').slice(0, -1)).toEqual(words);
        expect(status).toEqual({ code });
      }),
      { numRuns: 60 },
    );
  });

  test('reads the whole script before it runs, though a program eats its input', () => {
    const lines = Array.from({ length: 3000 }, (_, line) => `echo ${line}`).join('\n');
    const script = sh`cat >/dev/null; eval ${lines}`;
    expect(run(script).body.split('\n').length).toBe(3001);
  });

  test('feeds a text to a program byte for byte', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(run(feed(text, sh`cat`)).body).toBe(text);
      }),
      { numRuns: 30 },
    );
  });

  test('honours set -e, traps and exit inside the script', () => {
    expect(run(sh`set -e; false; echo never`)).toEqual({ status: { code: 1 }, body: '' });
    expect(run(sh`trap 'echo bye' EXIT; exit 9`)).toEqual({ status: { code: 9 }, body: 'bye\n' });
  });
});

describe('a recorded connection', () => {
  test('answers in order, remembers what was asked, and fails where nothing was recorded', async () => {
    const recorded = recordedConnection([{ match: 'two', stdout: '2', code: 2 }, { stdout: '1' }]);
    expect(String((await recorded.exec({ script: sh`one` })).stdout)).toBe('1');
    expect((await recorded.exec({ script: sh`two` })).code).toBe(2);
    await expect(recorded.exec({ script: sh`three` })).rejects.toThrow('no recorded answer for: three');
    expect(recorded.asked.map(({ script }) => script.source)).toEqual(['one', 'two', 'three']);
  });
});
