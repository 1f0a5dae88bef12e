import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReporter } from '../../../src/report/create-reporter.ts';
import type { Output } from '../../../src/report/output.ts';
import type { Reporter } from '../../../src/report/reporter.ts';
import * as sample from '../sample.ts';

type Screen = Output & { visible(): readonly string[]; raw(): string };

/** A terminal that knows what the live picture uses: newline, erase line, up, to column 1, show and hide the cursor. */
function terminal(columns: number, rows: number): Screen {
  let raw = '';
  const visible = (): readonly string[] => {
    const lines = [''];
    let row = 0;
    for (const [token] of raw.matchAll(/\n|\p{Cc}\[[?0-9;]*[A-Za-z]|\P{Cc}+/gu)) {
      if (token === '\n') lines[++row] ??= '';
      else if (token === '\u001b[1A') row--;
      else if (token === '\u001b[2K') lines[row] = '';
      else if (!token.startsWith('\u001b')) lines[row] = `${lines[row] ?? ''}${token}`;
    }
    return lines.join('\n').trimEnd().split('\n');
  };
  const write = (text: string): void => {
    raw += text;
  };
  return { columns, rows, isTTY: true, write, visible, raw: () => raw };
}

describe('a terminal', () => {
  let screen: Screen;
  let reporter: Reporter;
  const open = (columns = 80, rows = 24, color = false): void => {
    screen = terminal(columns, rows);
    reporter = createReporter({ mode: 'terminal', stdout: screen, stderr: screen, color });
  };
  const connect = (host: string): void => reporter.emit({ type: 'connecting', at: 0, host });
  const start = (host: string, resource: string): void =>
    reporter.emit({ type: 'started', at: 0, host, resource, summary: 'create' });
  /** The picture after so much time; without the spinner, which is no matter of ours. */
  const picture = async (ms: number): Promise<readonly string[]> => {
    await vi.dynamicImportSettled();
    await vi.advanceTimersByTimeAsync(ms);
    return screen
      .visible()
      .map((line) => line.replace(/^[^\s\w] /, ''))
      .filter((line) => line !== '');
  };

  beforeAll(async () => {
    // What is loaded lazily takes real time; the tests have only the fake one.
    open();
    connect('a');
    await reporter.close();
  });
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(async () => {
    await reporter.close();
    vi.useRealTimers();
  });

  it('shows what runs, since when, what it says and what is next', async () => {
    open();
    reporter.plan(sample.plan, sample.graph);
    await picture(0);
    const planned = screen.visible().length;
    start('gat-1', 'user[guest]');
    reporter.emit({ type: 'output', at: 0, host: 'gat-1', resource: 'user[guest]', line: 'removing\u001b[2J it' });
    await picture(5000);
    expect(screen.visible().slice(planned)).toEqual([
      expect.stringMatching(/^. 2 hosts, 1 at work, [45] s$/),
      expect.stringMatching(/^ {4}gat-1 {5}0\/7 {5}user\[guest\] [45] s {2}next file\[\/etc\/nginx\/sites-e.*…$/),
      '              removing it',
      expect.stringMatching(/^ {4}pulsar-1 {2}0\/3 {5}waits for [45] s {2}next file\[\/srv\/pulsar\/app\.yml\]$/),
    ]);
  });

  it('puts failures first and folds many hosts to the height of the terminal', async () => {
    open(80, 12);
    for (let n = 0; n < 500; n++) connect(`host-${n}`);
    for (let n = 300; n < 400; n++) start(`host-${n}`, 'package[x]');
    reporter.emit({ type: 'unreachable', at: 0, host: 'host-450', error: sample.unreachable });
    const all = await picture(1000);
    expect(all.slice(0, 2)).toEqual([
      'host-450 | UNREACHABLE',
      `error[ssh/unreachable]: ${sample.unreachable.what}`,
    ]);
    const lines = all.slice(all.findIndex((line) => line.startsWith('500 hosts')));
    expect(lines.length).toBeLessThanOrEqual(11);
    expect(lines[0]).toBe('500 hosts, 1 in trouble, 100 at work, 1 s');
    expect(lines[1]).toContain('✗ host-450  not reached');
    expect(lines[2]).toContain('cannot reach gat-9');
    expect(lines[3]).toContain('host-300  package[x] 1 s');
    expect(lines.at(-1)).toBe('    and 493 hosts, 94 at work');
  });

  it('keeps to its width', async () => {
    open(60, 24);
    start('a-host-with-a-very-long-name.example.org', `file[/${'long/'.repeat(40)}]`);
    for (const line of await picture(1000)) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('takes the picture away before it writes a result, keeps warnings, and leaves nothing behind', async () => {
    open();
    connect('a');
    reporter.emit({ type: 'warning', at: 0, host: 'a', text: 'careful' });
    await picture(500);
    reporter.note('the result');
    await reporter.close();
    expect(screen.visible()).toEqual(['a | warning: careful', 'the result']);
    expect(screen.raw().trimEnd()).toMatch(/the result$/);
    expect(screen.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThan(screen.raw().lastIndexOf('\u001b[?25l'));
  });

  it('makes room for a question and goes on after the answer', async () => {
    open();
    connect('a');
    await picture(500);
    let answer = (_text: string): void => {};
    const asked = reporter.pause(
      () =>
        new Promise<string>((resolve) => {
          answer = resolve;
          screen.write('password: \n');
        }),
    );
    await picture(0);
    connect('b');
    await picture(1000);
    expect(screen.visible()).toEqual(['password:']);
    answer('x');
    expect(await asked).toBe('x');
    expect((await picture(500))[1]).toBe('2 hosts, 1 s');
  });

  it('colours with the palette of the terminal, and what hosts say not at all', async () => {
    open(80, 24, true);
    reporter.note('\u001b[31mforged');
    reporter.error(sample.unreachable);
    await reporter.close();
    expect(screen.raw()).toContain('\u001b[31merror[ssh/unreachable]\u001b[39m');
    expect(screen.raw()).not.toContain('\u001b[31mforged');
  });

  it('keeps colours out of results that go to a file', async () => {
    screen = terminal(80, 24);
    const pipe = sample.collector();
    reporter = createReporter({ mode: 'terminal', stdout: pipe, stderr: screen });
    reporter.summary(sample.outcome);
    await reporter.close();
    expect(pipe.text()).not.toContain('\u001b');
  });

  it('stays calm: thousands of events do not make more writes than the clock allows', async () => {
    open();
    for (let n = 0; n < 5000; n++) {
      start('a', `file[/${n}]`);
      reporter.emit({
        type: 'done',
        at: 0,
        host: 'a',
        resource: `file[/${n}]`,
        status: 'changed',
        ms: 1,
        summary: 'x',
      });
    }
    await picture(1000);
    expect(screen.raw().split('\u001b[G').length).toBeLessThan(20);
  });
});
