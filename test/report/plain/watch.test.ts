import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReporter } from '../../../src/report/create-reporter.ts';
import type { Reporter } from '../../../src/report/reporter.ts';
import { collector } from '../sample.ts';

describe('plain progress', () => {
  let output: ReturnType<typeof collector>;
  let reporter: Reporter;
  const start = (host: string, resource: string): void =>
    reporter.emit({ type: 'started', at: 0, host, resource, summary: 'create' });

  beforeEach(() => {
    vi.useFakeTimers();
    output = collector();
    reporter = createReporter({ mode: 'plain', stdout: output, stderr: output });
  });
  afterEach(async () => {
    await reporter.close();
    vi.useRealTimers();
  });

  it('names a step only once it takes its time', () => {
    start('a', 'package[x]');
    vi.advanceTimersByTime(2000);
    expect(output.text()).toBe('');
    vi.advanceTimersByTime(2000);
    expect(output.text()).toBe('a | runs package[x]: create\n');
  });

  it('gives a sign of life after half a minute of silence, and again', () => {
    start('a', 'package[x]');
    reporter.emit({ type: 'output', at: 0, host: 'a', resource: 'package[x]', line: 'Unpacking \u001b[1mx' });
    vi.advanceTimersByTime(65_000);
    expect(output.text().split('\n')).toEqual([
      'a | runs package[x]: create',
      'a | still runs package[x] after 33 s: Unpacking x',
      'a | still runs package[x] after 1 min 3 s: Unpacking x',
      '',
    ]);
  });

  it('gives one also when no step runs', () => {
    reporter.emit({ type: 'connecting', at: 0, host: 'a' });
    vi.advanceTimersByTime(31_000);
    expect(output.text()).toBe('gatdeploy | still at work\n');
  });

  it('names who has not answered once others have', () => {
    for (const host of ['a', 'b', 'c']) reporter.emit({ type: 'connecting', at: 0, host });
    reporter.emit({ type: 'probed', at: 0, host: 'a', resources: 1, ms: 1 });
    vi.advanceTimersByTime(31_000);
    expect(output.text().split('\n').at(-2)).toBe('gatdeploy | still waits for an answer of b and 1 more');
    reporter.emit({ type: 'probed', at: 0, host: 'b', resources: 1, ms: 1 });
    vi.advanceTimersByTime(31_000);
    expect(output.text().split('\n').at(-2)).toBe('gatdeploy | still waits for an answer of c');
  });

  it('stays calm with 500 hosts: each step is named once, and each sign of life names a few', () => {
    for (let n = 0; n < 500; n++) start(`host-${n}`, 'package[x]');
    vi.advanceTimersByTime(10_000);
    expect(output.text().trimEnd().split('\n')).toHaveLength(500);
    vi.advanceTimersByTime(300_000);
    const later = output.text().trimEnd().split('\n').slice(500);
    expect(later.length).toBeLessThanOrEqual(11 * 11);
    expect(later.every((line) => line.length <= 120)).toBe(true);
  });

  it('stays silent when other lines come', () => {
    for (let n = 0; n < 10; n++) {
      reporter.emit({ type: 'connected', at: 0, host: `h${n}`, ms: 100 });
      vi.advanceTimersByTime(20_000);
    }
    expect(output.text()).not.toContain('still');
  });

  it('stays short for many hosts', () => {
    for (let n = 0; n < 500; n++) start(`h${n}`, 'package[x]');
    vi.advanceTimersByTime(3000);
    const before = output.text().length;
    vi.advanceTimersByTime(31_000);
    expect(output.text().slice(before).trim().split('\n')).toHaveLength(11);
  });

  it('says nothing after its end', async () => {
    start('a', 'package[x]');
    await reporter.close();
    vi.advanceTimersByTime(60_000);
    expect(output.text()).toBe('');
  });
});
