import { expect, test } from 'vitest';
import { reveal, Secret } from '../../src/base/secret.ts';
import { galaxy } from '../../src/roles/galaxy/index.ts';
import { declareRole } from '../support/role.ts';

const checks = (environment: Record<string, unknown>) =>
  declareRole(galaxy, {
    galaxy_root: '/srv/galaxy',
    galaxy_layout: 'root-dir',
    galaxy_config: {
      galaxy: {
        job_config: {
          runners: {
            pulsar_rest: { load: 'galaxy.jobs.runners.pulsar:PulsarRESTJobRunner' },
            local: { load: 'galaxy.jobs.runners.local:LocalJobRunner' },
          },
          execution: {
            environments: { rest: { runner: 'pulsar_rest', ...environment }, local: { runner: 'local' } },
          },
        },
      },
    },
  }).checks.filter(({ id }) => id.startsWith('galaxy/pulsar'));

const environment = { url: 'https://pulsar.example.org/', private_token: new Secret('a&b') };

test('a Pulsar that takes jobs over HTTP is asked with the token of job_conf, and without', () => {
  const [check] = checks(environment);
  expect(check?.id).toBe('galaxy/pulsar rest');
  expect(check?.script.source).toContain('https://pulsar.example.org/jobs/gatdeploy_probe/status');
  expect(reveal(check?.script.text ?? '')).toContain('private_token=a%26b');
  expect(check?.script.redacted).not.toContain('a%26b');
});

test.each([
  ['lets in who knows the token', '401\n200\n', '', true, undefined],
  ['lets everybody in', '200\n200\n', '', false, /set private_token/],
  ['has another token', '401\n401\n', '', false, /the same private_token/],
  [
    'has a certificate for another name',
    '000\n000\n',
    'curl: (60) SSL: no alternative name',
    false,
    /certificate/,
  ],
])('one that %s is told so', (_title, stdout, stderr, ok, fix) => {
  const verdict = checks(environment)[0]?.judge({ code: stderr ? 60 : 0, stdout, stderr });
  expect(verdict?.ok).toBe(ok);
  if (fix) expect(verdict?.fix).toMatch(fix);
});

test('environments without an address, and of other runners, are left out', () => expect(checks({})).toEqual([]));
