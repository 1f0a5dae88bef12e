import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { newNonce, parseSections, renderLanes, renderSections } from '../../src/plan/frame.ts';

const run = (program: string, env: NodeJS.ProcessEnv = process.env): Buffer =>
  execFileSync('/bin/sh', ['-s'], { input: program, env });

describe('the sections of a program', () => {
  const nonce = newNonce();
  const program = renderSections(
    [
      { name: 'bytes', script: sh`printf 'a\\0\\377\n@${nonce} end byte 0\n'; exit 3` },
      { name: 'lacking', script: sh`echo never`, needs: 'no-such-program' },
      { name: 'last', script: sh`echo last` },
    ],
    nonce,
  ).source;
  const expected = [
    ['bytes', { stdout: Buffer.from(`a\0\xff\n@${nonce} end byte 0\n`, 'latin1'), code: 3 }],
    ['lacking', { stdout: Buffer.alloc(0), code: undefined }],
    ['last', { stdout: Buffer.from('last\n'), code: 0 }],
  ];

  test('come back compressed, each with its bytes and its code', () => {
    const printed = run(program);
    expect(gunzipSync(printed).length).toBeGreaterThan(0);
    expect([...parseSections(printed, nonce)]).toEqual(expected);
  });

  test('come back as they are from a host without gzip', () => {
    const printed = run(program, { PATH: '/nowhere' });
    expect(printed.toString('latin1')).toContain('@');
    expect([...parseSections(printed, nonce)].slice(-1)).toEqual(expected.slice(-1));
  });

  test('are complete ones only, when the answer breaks off', () => {
    const whole = gunzipSync(run(program));
    const broken = gzipSync(whole.subarray(0, whole.indexOf('end last') + 'end last 0'.length));
    expect([...parseSections(broken, nonce).keys()]).toEqual(['bytes', 'lacking']);
    expect(parseSections(gzipSync(randomBytes(100_000)).subarray(0, 5000), nonce).size).toBe(0);
  });

  test('wait for nothing that holds the output open after the last line', () => {
    const leaver = renderSections([{ name: 'leaver', script: sh`sleep 20 & echo left` }], nonce).source;
    const startedAt = performance.now();
    expect([...parseSections(run(leaver), nonce)]).toEqual([
      ['leaver', { stdout: Buffer.from('left\n'), code: 0 }],
    ]);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  test('are none when the answer is more than a host may send', () => {
    expect(parseSections(gzipSync(Buffer.alloc(80 * 1024 * 1024)), nonce).size).toBe(0);
  });
});

describe('sections in lanes', () => {
  const nonce = newNonce();
  const folder = mkdtempSync(join(tmpdir(), 'gatdeploy-lanes-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const section = (name: string, script: Script) => ({ name, script });
  const read = (first: Script, lanes: readonly Script[], env?: NodeJS.ProcessEnv) => {
    const sections = lanes.map((script, index) => section(`lane-${index}`, script));
    const printed = run(renderLanes([section('first', first)], sections, nonce).source, env);
    return [...parseSections(printed, nonce)].map(([name, { stdout, code }]) => [name, stdout.toString(), code]);
  };
  const long = 'x'.repeat(200_000);

  test.each([
    [
      'all come back, by lane, however much the second one says',
      process.env,
      ['first', 'lane-0', 'lane-2', 'lane-1'],
    ],
    ['come back from a host without gzip', { PATH: '/nowhere' }, ['first', 'lane-0', 'lane-2', 'lane-1']],
  ])('%s', (_title, env, names) => {
    const said = read(sh`echo 1`, [sh`echo 2`, sh`printf %s ${long}`, sh`exit 3`], env);
    expect(said.map(([name]) => name)).toEqual(names);
    expect(said.map(([, text]) => text)).toEqual(['1\n', '2\n', '', long]);
  });

  test('run beside each other: one may wait for the other', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(read(sh`true`, [sh`echo met >${pipe}`, sh`cat ${pipe}`]).at(-1)).toEqual(['lane-1', 'met\n', 0]);
  });

  test('begin when the first are over', () => {
    const file = join(folder, 'file');
    const [first] = read(sh`test ! -e ${file} && echo early`, [sh`touch ${file}`, sh`touch ${file}`]);
    expect(first).toEqual(['first', 'early\n', 0]);
  });

  test('wait for nothing that holds the output open after the last line', () => {
    const startedAt = performance.now();
    expect(read(sh`sleep 20 &`, [sh`sleep 20 & echo a`, sh`sleep 20 & echo b`])).toHaveLength(3);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
});
