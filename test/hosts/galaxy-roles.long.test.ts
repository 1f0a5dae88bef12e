import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, type JsonLine, records } from '../support/cli.ts';

/** A stand-in of Galaxy's repository: its requirements and a piece of code, in two releases. */
const REPOSITORY = sh`set -e
export HOME=/root GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@t GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@t
apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -qy git >/dev/null
git init -q -b main /opt/work; cd /opt/work
mkdir -p lib/galaxy/dependencies lib/galaxy/jobs/rules
echo 'pyyaml' >lib/galaxy/dependencies/pinned-requirements.txt
echo 'release = 1' >lib/galaxy/version.py; touch lib/galaxy/jobs/rules/__init__.py
git add -A; git commit -qm one; git tag v1
printf 'pyyaml\\nboltons\\n' >lib/galaxy/dependencies/pinned-requirements.txt
echo 'release = 2' >lib/galaxy/version.py
git commit -qam two; git tag v2
git clone -q --bare /opt/work /opt/galaxy.git`;

const PLAYBOOK = `
- hosts: galaxyservers
  become: true
  vars_files: [vars.yml]
  roles:
    - galaxyproject.postgresql
    - galaxyproject.postgresql_objects
    - galaxyproject.galaxy
`;

type Vars = { readonly [name: string]: unknown };

const VARS: Vars = {
  postgresql_conf: [{ max_connections: 120 }, { work_mem: "'8MB'" }],
  postgresql_pg_hba_conf: ['host all all 10.0.0.0/8 scram-sha-256'],
  postgresql_objects_users: [{ name: 'galaxy', password: 'first pass/word' }, { name: 'reader' }],
  postgresql_objects_groups: [{ name: 'readers', users: [{ name: 'reader' }] }],
  postgresql_objects_databases: [{ name: 'galaxy', owner: 'galaxy' }],
  postgresql_objects_privileges: [{ database: 'galaxy', roles: 'readers', type: 'database', privs: 'CONNECT' }],
  galaxy_install_method: 'git',
  galaxy_repo: 'file:///opt/galaxy.git',
  galaxy_commit_id: 'v1',
  galaxy_force_checkout: true,
  galaxy_build_client: false,
  galaxy_manage_systemd: false,
  galaxy_create_user: true,
  galaxy_manage_paths: true,
  galaxy_user: { name: 'galaxy', shell: '/bin/bash' },
  galaxy_layout: 'root-dir',
  galaxy_root: '/srv/galaxy',
  galaxy_config: {
    galaxy: { database_connection: 'postgresql:///galaxy?host=/var/run/postgresql', id_secret: 'x' },
  },
  galaxy_dynamic_job_rules: ['big.py'],
};

describe.each(['bookworm', 'trixie'] as const)('Galaxy from git and its database on %s', (os) => {
  const name = `g-roles-${os}`;
  let lab: Lab;
  let folder = '';
  const run = (command: string): Promise<CliResult> =>
    gatdeploy([command, 'site', '-i', lab.inventory, '--json'], { cwd: folder });
  const onHost = async (script: Script): Promise<string> => {
    const result = await labExec(lab, 'galaxy', script);
    expect(result.code, result.stderr).toBe(0);
    return result.stdout.trim();
  };
  const changed = (result: CliResult): readonly string[] =>
    records(result)
      .flatMap((one) =>
        one.type === 'plan' ? (one.changes as readonly JsonLine[]).map(({ resource }) => String(resource)) : [],
      )
      .sort();
  const applied = async (more: Vars): Promise<readonly string[]> => {
    writeFileSync(join(folder, 'vars.yml'), JSON.stringify({ ...VARS, ...more }));
    const result = await run('apply');
    expect(result.code, result.stdout.slice(-4000) + result.stderr).toBe(0);
    return changed(result);
  };
  const sql = (query: string): Promise<string> =>
    onHost(sh`runuser -u postgres -- psql -At -d galaxy -c ${query} </dev/null`);

  beforeAll(async () => {
    lab = await labUp({ name, hosts: ['galaxy'], os });
    folder = mkdtempSync(join(tmpdir(), 'gatdeploy-galaxy-'));
    writeFileSync(join(folder, 'site.yml'), PLAYBOOK);
    mkdirSync(join(folder, 'files/galaxy/dynamic_job_rules'), { recursive: true });
    writeFileSync(join(folder, 'files/galaxy/dynamic_job_rules/big.py'), 'def big(job):\n    return "slurm"\n');
    await onHost(REPOSITORY);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await labDown(name);
  });

  test('come up in one run, and then stay as they are', async () => {
    await applied({});
    expect(await applied({})).toEqual([]);
    expect(await onHost(sh`cat /srv/galaxy/server/lib/galaxy/version.py`)).toBe('release = 1');
    expect(await sql('show max_connections')).toBe('120');
    expect(
      await onHost(sh`stat -c '%U:%G %a' /srv/galaxy/config/galaxy.yml /srv/galaxy/server /srv/galaxy/var`),
    ).toBe('root:galaxy 640\nroot:root 755\ngalaxy:galaxy 755');
    await onHost(
      sh`PGPASSWORD='first pass/word' psql -h 127.0.0.1 -U galaxy -d galaxy -c 'create table t()' </dev/null`,
    );
    expect(await sql("select pg_has_role('reader', 'readers', 'member')")).toBe('t');
    const verified = await run('verify');
    expect(records(verified).filter((one) => one.type === 'checked' && !one.ok)).toEqual([]);
  });

  test('follow the variables: another release, a password, a setting that is reloaded and one that needs a restart', async () => {
    const plan = await applied({ galaxy_commit_id: 'v2' });
    expect(plan).toContain('git[/srv/galaxy/server]');
    await onHost(sh`/srv/galaxy/venv/bin/python -c 'import boltons'`);

    const before = await onHost(sh`systemctl show -p MainPID --value 'postgresql@*-main.service'`);
    await applied({ galaxy_commit_id: 'v2', postgresql_conf: [{ max_connections: 120 }, { work_mem: "'9MB'" }] });
    expect(await sql('show work_mem')).toBe('9MB');
    expect(await onHost(sh`systemctl show -p MainPID --value 'postgresql@*-main.service'`)).toBe(before);
    await applied({ galaxy_commit_id: 'v2', postgresql_conf: { max_connections: 130 } });
    expect(await sql('show max_connections')).toBe('130');

    await applied({
      galaxy_commit_id: 'v2',
      postgresql_conf: { max_connections: 130 },
      postgresql_objects_users: [
        { name: 'galaxy', password: 'second' },
        { name: 'reader', state: 'absent' },
      ],
      postgresql_objects_groups: [],
      postgresql_objects_privileges: [
        { database: 'galaxy', roles: 'readers', type: 'database', privs: 'CONNECT', state: 'absent' },
      ],
    });
    await onHost(sh`PGPASSWORD=second psql -h 127.0.0.1 -U galaxy -d galaxy -c 'select 1' </dev/null`);
    expect(await sql("select count(*) from pg_roles where rolname = 'reader'")).toBe('0');
  });

  test('are repaired after damage, and nothing else is touched', async () => {
    await applied({});
    await onHost(sh`echo 'release = 0' >/srv/galaxy/server/lib/galaxy/version.py
rm /srv/galaxy/server/lib/galaxy/jobs/rules/big.py
chmod 0644 /srv/galaxy/config/galaxy.yml
runuser -u postgres -- psql -qc "alter role galaxy password 'stolen'" </dev/null`);
    expect(await applied({})).toEqual([
      'file[/srv/galaxy/config/galaxy.yml]',
      'file[/srv/galaxy/server/lib/galaxy/jobs/rules/big.py]',
      'git[/srv/galaxy/server]',
      'postgresql[role galaxy]',
    ]);
    expect(await onHost(sh`cat /srv/galaxy/server/lib/galaxy/version.py`)).toBe('release = 1');
    expect(await applied({})).toEqual([]);
  });
});
