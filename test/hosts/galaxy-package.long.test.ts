import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, type JsonLine, records } from '../support/cli.ts';

const MINUTE = 60_000;

const PLAYBOOK = `
- hosts: galaxyservers
  become: true
  vars_files: [vars.yml]
  roles: [galaxyproject.postgresql, galaxyproject.postgresql_objects, galaxyproject.galaxy]
`;

const APP = {
  database_connection: 'postgresql:///galaxy?host=/var/run/postgresql',
  id_secret: 'a-secret-of-this-test',
  brand: 'First',
};

type Vars = { readonly [name: string]: unknown };

const VARS: Vars = {
  postgresql_objects_users: [{ name: 'galaxy' }],
  postgresql_objects_databases: [{ name: 'galaxy', owner: 'galaxy' }],
  galaxy_install_method: 'pypi',
  galaxy_package_version: '26.1.1',
  galaxy_create_user: true,
  galaxy_user: { name: 'galaxy', shell: '/bin/bash' },
  galaxy_layout: 'root-dir',
  galaxy_root: '/srv/galaxy',
  galaxy_config: { galaxy: APP },
  galaxy_dynamic_job_rules: ['big.py'],
  galaxy_job_config: {
    runners: { local: { load: 'galaxy.jobs.runners.local:LocalJobRunner', workers: 1 } },
    execution: { default: 'local', environments: { local: { runner: 'local' } } },
  },
};

describe('a real Galaxy from its package on trixie', () => {
  const name = 'g-package';
  let lab: Lab;
  let folder = '';
  const onHost = async (script: Script): Promise<string> => {
    const result = await labExec(lab, 'galaxy', script);
    expect(result.code, result.stderr).toBe(0);
    return result.stdout.trim();
  };
  const run = (command: string): Promise<CliResult> =>
    gatdeploy([command, 'site', '-i', lab.inventory, '--json'], { cwd: folder });
  const applied = async (more: Vars): Promise<readonly string[]> => {
    writeFileSync(join(folder, 'vars.yml'), JSON.stringify({ ...VARS, ...more }));
    const result = await run('apply');
    expect(result.code, result.stdout.slice(-4000) + result.stderr).toBe(0);
    return records(result)
      .flatMap((one) =>
        one.type === 'plan' ? (one.changes as readonly JsonLine[]).map(({ resource }) => String(resource)) : [],
      )
      .sort();
  };
  const asked = (path: string): Promise<string> =>
    onHost(sh`curl -sf -m 20 --unix-socket /srv/galaxy/var/config/gunicorn.sock ${`http://localhost${path}`}`);

  beforeAll(async () => {
    lab = await labUp({ name, hosts: ['galaxy'], os: 'trixie' });
    folder = mkdtempSync(join(tmpdir(), 'gatdeploy-package-'));
    writeFileSync(join(folder, 'site.yml'), PLAYBOOK);
    mkdirSync(join(folder, 'files/galaxy/dynamic_job_rules'), { recursive: true });
    writeFileSync(join(folder, 'files/galaxy/dynamic_job_rules/big.py'), 'def big(job):\n    return "local"\n');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await labDown(name);
  });

  test(
    'comes up in one run, finds its rules, and then stays as it is',
    async () => {
      await applied({});
      expect(await asked('/api/version')).toContain('"version_major":"26.1"');
      await onHost(sh`cd /; runuser -u galaxy -- /srv/galaxy/venv/bin/python -c 'import galaxy.jobs.rules.big'`);
      expect(await applied({})).toEqual([]);
      const verified = await run('verify');
      expect(records(verified).filter((one) => one.type === 'checked' && !one.ok)).toEqual([]);
    },
    25 * MINUTE,
  );

  test(
    'restarts for a change of its configuration',
    async () => {
      const plan = await applied({ galaxy_config: { galaxy: { ...APP, brand: 'Second' } } });
      expect(plan).toEqual(
        expect.arrayContaining(['file[/srv/galaxy/config/galaxy.yml]', 'service[galaxy.target]']),
      );
      expect(await asked('/api/configuration')).toContain('"brand":"Second"');
    },
    5 * MINUTE,
  );

  test(
    'is repaired after damage, and nothing else is touched',
    async () => {
      await onHost(sh`systemctl stop galaxy-gunicorn.service
rm /srv/galaxy/venv/lib/python3.*/site-packages/galaxy/jobs/rules/big.py
chmod 0644 /srv/galaxy/config/galaxy.yml`);
      const plan = await applied({ galaxy_config: { galaxy: { ...APP, brand: 'Second' } } });
      expect(plan).toEqual(
        expect.arrayContaining(['command[rules in /srv/galaxy/venv]', 'file[/srv/galaxy/config/galaxy.yml]']),
      );
      expect(plan.filter((one) => /^(?:pip|venv|postgresql|package|directory)\[/.test(one))).toEqual([]);
      expect(await asked('/api/version')).toContain('26.1');
    },
    5 * MINUTE,
  );
});
