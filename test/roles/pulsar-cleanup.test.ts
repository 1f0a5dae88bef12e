import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { pulsar } from '../../src/roles/pulsar/index.ts';
import { contentOf, declareRole } from '../support/role.ts';

describe('old directories of jobs', () => {
  /** Runs the script over a folder of jobs: old, young, marked. */
  const leftOf = (jobs: Readonly<Record<string, readonly string[]>>, marks: readonly string[]): string[] => {
    const root = mkdtempSync(path.join(tmpdir(), 'staging-'));
    const yaml = { staging_directory: `${root}/jobs`, persistence_directory: `${root}/marks` };
    const { resources } = declareRole(pulsar, {
      pulsar_root: '/mnt/pulsar',
      pulsar_systemd: true,
      pulsar_yaml_config: yaml,
      pulsar_staging_max_age_days: 7,
    });
    const old = new Date(Date.now() - 9 * 86_400_000);
    for (const [job, files] of Object.entries(jobs))
      for (const file of ['tool_id', ...files]) {
        const at = path.join(root, 'jobs', job, file.replace(/^young /, ''));
        mkdirSync(path.dirname(at), { recursive: true });
        writeFileSync(at, '');
        if (!file.startsWith('young ')) utimesSync(at, old, old);
      }
    for (const job of Object.keys(jobs)) utimesSync(path.join(root, 'jobs', job), old, old);
    for (const mark of marks) {
      mkdirSync(path.dirname(path.join(root, 'marks', mark)), { recursive: true });
      writeFileSync(path.join(root, 'marks', mark), '');
    }
    execFileSync('sh', ['-s'], { input: contentOf(resources, '/usr/local/sbin/pulsar-staging-cleanup') });
    const left = [...readdirSync(`${root}/jobs`), ...readdirSync(`${root}/marks/_default_-preprocessing-jobs`)];
    rmSync(root, { recursive: true });
    return left;
  };

  test('go where the job ended, was lost, or never got its inputs; others stay', () =>
    expect(
      leftOf(
        {
          ended: ['final_status'],
          'ended-now': ['young final_status'],
          lost: ['return_code'],
          'lost-now': ['young return_code'],
          unfetched: ['preprocessing_failed'],
          'staging-in': [],
          running: [],
          'sending-back': ['final_status'],
        },
        [
          '_default_-preprocessing-jobs/unfetched',
          '_default_-preprocessing-jobs/staging-in',
          '_default_-active-jobs/running',
          '_default_-postprocessing-jobs/sending-back',
        ],
      ),
    ).toEqual(['ended-now', 'lost-now', 'running', 'sending-back', 'staging-in', 'staging-in']));
});
