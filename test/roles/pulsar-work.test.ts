import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PulsarValues } from '../../src/roles/pulsar/vars.ts';
import { pulsarWork } from '../../src/roles/pulsar/work.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'pulsar work-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Makes a file and the directories above it. */
function mark(file: string, text = ''): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

type Managers = Readonly<Record<string, string>>;

function work(managers: Managers = { _default_: 'queued_python' }, more: readonly [string, unknown][] = QUEUE) {
  const options = Object.entries(managers).map(([name, type]) => [name, new Map([['type', type]])] as const);
  const config = new Map<string, unknown>([
    ['persistence_directory', `${root}/persisted`],
    ['staging_directory', `${root}/staging`],
    ['managers', new Map(options)],
    ...more,
  ]);
  const found = pulsarWork({ pulsar_yaml_config_merged: config } as unknown as PulsarValues, 'pulsar.service');
  if (!found) throw new Error('this Pulsar keeps marks');
  return found;
}

const QUEUE: readonly [string, unknown][] = [['message_queue_url', 'pyamqp://u:p@h:5671//v']];

/** With a systemctl that knows when Pulsar was started. */
function run(script: { readonly source: string }, started = '@1000000000'): string {
  mark('bin/systemctl', `#!/bin/sh\necho ${started}\n`);
  chmodSync(path.join(root, 'bin/systemctl'), 0o755);
  const env = { ...process.env, PATH: `${root}/bin:${process.env.PATH}` };
  return execFileSync('sh', ['-s'], { input: script.source, encoding: 'utf8', env });
}

describe("what Pulsar's marks say", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['of a Pulsar that never ran a job', [], []],
    ['of a job that is staged in', ['persisted/_default_-preprocessing-jobs/11'], ['again 11 staging in']],
    [
      'of a job that could not be staged in, and is over although its mark stays',
      ['persisted/_default_-preprocessing-jobs/11', 'staging/11/preprocessing_failed'],
      [],
    ],
    ['of a job that runs', ['persisted/_default_-active-jobs/11', 'staging/11/submitted'], ['cut 11 running']],
    ['of a job that has ended a moment ago', ['persisted/_default_-active-jobs/11'], ['cut 11 running']],
    [
      'of a job that waits in its own queue',
      ['persisted/_default_-active-jobs/12', 'staging/12/command_line'],
      ['kept 12 queued'],
    ],
    ['of a job that is sent back', ['persisted/_default_-postprocessing-jobs/13'], ['again 13 sending back']],
  ])('%s', (_title, marks, expected) => {
    mark('persisted/.here');
    for (const one of marks) mark(one);
    expect(run(work().list).split('\n').filter(Boolean)).toEqual(expected);
  });

  test('finds jobs that are sent back without a mark, as before 0.16', () => {
    mark('persisted/.here');
    mark('staging/1/final_status', '"complete"');
    mark('staging/2/final_status', '"complete"');
    mark('staging/2/postprocessed');
    mark('staging/3/final_status', '"cancelled"');
    mark('staging/4/final_status', '"complete"');
    mark('persisted/_default_-postprocessing-jobs/4');
    expect(run(work().list)).toBe('again 4 sending back\ncut 1 sending back\n');
    expect(run(work().list, '@4000000000')).toBe('again 4 sending back\n');
  });

  test('keeps what has ended and waits to be asked for over HTTP', () => {
    mark('persisted/_default_-active-jobs/5');
    expect(run(work({ _default_: 'queued_python' }, []).list)).toBe('kept 5 ended\n');
  });

  test('lets jobs of a cluster go on', () => {
    mark('persisted/slurm-active-jobs/21');
    mark('persisted/_default_-active-jobs/22');
    const said = run(work({ _default_: 'queued_python', slurm: 'queued_drmaa' }).list);
    expect(said).toBe('cut 22 running\nkept 21 in the cluster\n');
  });

  test('tells jobs that are gone from those in hand and those that have ended', () => {
    mark('persisted/_default_-active-jobs/1');
    mark('staging/2/final_status');
    mark('staging/5/cancelled');
    mark('staging/6/preprocessing_failed');
    expect(run(work().lost?.(['1', '2', '3', '../4', '5', '6']) ?? { source: '' })).toBe('3\n');
  });
});
