import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { roles } from '../../src/roles/index.ts';
import { gatdeploy, records } from '../support/cli.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';

const CONDA = { miniconda_prefix: '/srv/conda', miniconda_installer_url: 'https://conda.lab.test/miniconda' };

/** What makes a role declare something, where its defaults do not. */
const VARIABLES: Readonly<Record<string, object>> = {
  apptainer: { apptainer_version: '1.0' },
  certbot: {
    certbot_domains: ['one.lab.test'],
    certbot_environment: 'staging',
    certbot_agree_tos: '--agree-tos',
    certbot_admin_email: 'a@lab.test',
  },
  cvmfs: { cvmfs_role: 'client', galaxy_cvmfs_repos_enabled: 'config-repo' },
  galaxy: { galaxy_root: '/srv/galaxy', galaxy_layout: 'root-dir', galaxy_commit_id: 'release_26.0' },
  golang: { golang_install: true },
  miniconda: CONDA,
  'uchida-miniconda': CONDA,
  packages: { packages: ['tree'] },
  postgresql_objects: { postgresql_objects_users: [{ name: 'galaxy' }] },
  pulsar: { pulsar_root: '/srv/pulsar' },
};

/** All files of the host; what a login and the time that passes write is left out, and the caches that labs share. */
const everything = sh`find / -xdev ! -path '/proc/*' ! -path '/sys/*' ! -path '/run*' ! -path '/var/cache/apt/archives/*' ! -path '/var/cache/uv/*' ! -path '/tmp/*' ! -path '/var/log/*' ! -path '/var/lib/systemd/*' \
-printf '%p %y %s %m %U %G %T@ %C@\\n' 2>/dev/null | LC_ALL=C sort`;
const units = sh`systemctl list-units --all --no-legend --plain --type=service,timer,mount | grep -v -e user@ -e user-runtime -e session -e systemd-tmpfiles`;

let host: LabHostUnderTest;
let project = '';
beforeAll(async () => {
  host = await openLabHost('plan-writes-nothing');
  project = mkdtempSync(join(tmpdir(), 'gatdeploy-plans-'));
});
afterAll(async () => {
  rmSync(project, { recursive: true, force: true });
  await host.end();
});

test('the plan of no native role writes anything on a bare host', async () => {
  const names = roles.map(({ name }) => name);
  const before = [await host.run(everything), await host.run(units)];
  const planned: string[] = [];
  const refused: string[] = [];
  for (const name of names) {
    const play = { hosts: host.reach.name, become: true, vars: VARIABLES[name] ?? {}, roles: [name] };
    writeFileSync(join(project, `${name}.yml`), JSON.stringify([play]));
    const args = ['plan', name, '-i', host.lab.inventory, '--no-lint', '--json', '--diff'];
    const result = await gatdeploy(args, { cwd: project });
    if (result.code !== 0) refused.push(result.stdout);
    const plan = records(result).find(({ type }) => type === 'plan');
    if (((plan?.changes ?? []) as readonly unknown[]).length > 0) planned.push(name);
  }
  expect(refused).toEqual([]);
  const after = [await host.run(everything), await host.run(units)];
  expect(after[0]?.split('\n').filter((line) => !before[0]?.includes(line))).toEqual([]);
  expect(after).toEqual(before);
  expect(planned.length).toBeGreaterThan(14);
});
