import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { amqp } from '../../src/base/capability.ts';
import { Secret } from '../../src/base/secret.ts';
import { sh } from '../../src/base/shell.ts';
import { command, directory, file, link, type Resource } from '../../src/resources/index.ts';
import { runHere } from '../support/run-here.ts';

const owner = { owner: process.getuid?.() === 0 ? 'root' : 'nobody', group: 'root' };
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-apply-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tree = (): Resource[] => [
  link(`${folder}/a/current`, { target: `${folder}/a/b/app.yml` }),
  file(`${folder}/a/b/app.yml`, { content: 'x: 1\n', mode: '0640', ...owner }),
  directory(`${folder}/a/b`, { mode: '0750', ...owner }),
  directory(`${folder}/a`, owner),
];

describe.runIf(process.getuid?.() === 0)('applying a plan to a host', () => {
  test('makes everything in one batch in the right order, and a second run finds nothing to do', async () => {
    const first = await runHere(tree());
    expect(first.statuses).toEqual({
      [`directory[${folder}/a]`]: 'changed',
      [`directory[${folder}/a/b]`]: 'changed',
      [`file[${folder}/a/b/app.yml]`]: 'changed',
      [`link[${folder}/a/current]`]: 'changed',
    });
    expect(first.execs).toBe(4);
    expect(readFileSync(`${folder}/a/current`, 'utf8')).toBe('x: 1\n');
    expect(statSync(`${folder}/a/b/app.yml`).mode & 0o777).toBe(0o640);
    const second = await runHere(tree());
    expect(new Set(Object.values(second.statuses))).toEqual(new Set(['unchanged']));
    expect(second.execs).toBe(1);
  });

  test('repairs exactly what somebody changed by hand', async () => {
    await runHere(tree());
    writeFileSync(`${folder}/a/b/app.yml`, 'x: 2\n');
    const { statuses } = await runHere(tree());
    expect(Object.entries(statuses).filter(([, status]) => status !== 'unchanged')).toEqual([
      [`file[${folder}/a/b/app.yml]`, 'changed'],
    ]);
  });

  test('completes what is not downstream of a failure and names the blocker of what is', async () => {
    const broken = command('broken', { run: sh`echo no such luck >&2; exit 3` });
    const resources = [
      broken,
      file(`${folder}/after`, { content: '', after: [broken], ...owner }),
      file(`${folder}/beside`, { content: '', ...owner }),
    ];
    const { statuses, outcome } = await runHere(resources);
    expect(statuses).toEqual({
      'command[broken]': 'failed',
      [`file[${folder}/after]`]: 'blocked',
      [`file[${folder}/beside]`]: 'changed',
    });
    const failed = outcome.results.get('here/command[broken]');
    expect(failed?.error?.code).toBe('apply/failed');
    expect(failed?.error?.why).toContain('no such luck');
    expect(outcome.results.get(`here/file[${folder}/after]`)?.blockedBy).toBe('here/command[broken]');
  });

  test('reads again what a command may have changed before it decides', async () => {
    const maker = command('maker', {
      run: sh`echo hello >${`${folder}/made`}; chmod 644 ${`${folder}/made`}`,
      creates: `${folder}/maker`,
    });
    const { statuses } = await runHere([
      maker,
      file(`${folder}/made`, { content: 'hello\n', after: [maker], ...owner }),
    ]);
    expect(statuses[`file[${folder}/made]`]).toBe('unchanged');
  });

  test('keeps the old file when the candidate fails its validation', async () => {
    writeFileSync(`${folder}/sudoers`, 'good\n');
    const { statuses } = await runHere([
      file(`${folder}/sudoers`, {
        content: 'bad\n',
        validate: (candidate) => sh`grep -q good ${candidate}`,
        ...owner,
      }),
    ]);
    expect(statuses[`file[${folder}/sudoers]`]).toBe('failed');
    expect(readFileSync(`${folder}/sudoers`, 'utf8')).toBe('good\n');
  });

  test('never shows a secret in an event or an error', async () => {
    const canary = new Secret('canary-41b7-zebra');
    const { events } = await runHere([
      command('leaky', { run: sh`printf '%s\n' ${canary}; printf '%s\n' ${canary} >&2; exit 1` }),
      file(`${folder}/secret`, { content: canary, mode: '0600', ...owner }),
    ]);
    expect(JSON.stringify(events)).not.toContain('canary-41b7-zebra');
    expect(readFileSync(`${folder}/secret`, 'utf8')).toBe('canary-41b7-zebra');
  });

  test('survives content with quotes, percent signs, backslashes and no final newline', async () => {
    const content = `it's "50%" \\n $HOME \`id\` $(id)\t'' end`;
    await runHere([file(`${folder}/odd`, { content, ...owner })]);
    expect(readFileSync(`${folder}/odd`, 'utf8')).toBe(content);
  });

  test('waits for a capability wherever it is declared', async () => {
    const ready = amqp('here', '/', 'u');
    const { order } = await runHere([
      command('consumer', { run: sh`true`, requires: [ready] }),
      command('provider', { run: sh`true`, provides: [ready] }),
    ]);
    expect(order).toEqual(['command[provider]', 'command[consumer]']);
  });
});
