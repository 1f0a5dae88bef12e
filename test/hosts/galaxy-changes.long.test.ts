import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, records } from '../support/cli.ts';
import { copyExample, type ExampleCopy } from '../support/example-copy.ts';
import { startJobs } from '../support/job-stream.ts';

const MINUTE = 60_000;

type Change = {
  /** What the admin edits. It stays for the changes that follow. */
  readonly edit?: (project: ExampleCopy) => void;
  /** What happens on Galaxy's host before apply is run. */
  readonly onGalaxy?: Script;
  /** What apply must change at least, as `HOST: RESOURCE`. */
  readonly changes: readonly string[];
};

const ALL = 'group_vars/all.yml';
const GALAXY = 'group_vars/galaxyservers.yml';
const PULSAR = 'group_vars/pulsarservers.yml';
const JOB_CONF = 'templates/galaxy/config/job_conf.yml.j2';
const RESTARTED = {
  galaxy: 'galaxy.lab.test: service[galaxy.target]',
  broker: 'galaxy.lab.test: service[rabbitmq-server.service]',
  pulsar: 'pulsar.lab.test: service[pulsar.service]',
};

/** What admins change on a site that people work with. */
const CHANGES: Readonly<Record<string, Change>> = {
  "Pulsar's configuration": {
    edit: ({ edit }) => edit(PULSAR, 'num_concurrent_jobs: 1', 'num_concurrent_jobs: 2'),
    changes: [RESTARTED.pulsar],
  },
  "Pulsar's version": {
    edit: ({ edit }) => edit(PULSAR, 'pulsar_package_version: 0.15.15', 'pulsar_package_version: 0.16.0'),
    changes: ['pulsar.lab.test: pip[/mnt/pulsar/venv]', RESTARTED.pulsar],
  },
  "Galaxy's configuration": {
    edit: ({ edit }) => edit(GALAXY, 'log_level: INFO', 'log_level: INFO\n    brand: another'),
    changes: [RESTARTED.galaxy],
  },
  'where jobs go': {
    edit: ({ edit }) => edit(JOB_CONF, '  - id: bwa\n', '  - id: cat1\n    environment: pulsar\n  - id: bwa\n'),
    changes: [RESTARTED.galaxy],
  },
  "the broker's configuration": {
    edit: ({ edit }) => edit(GALAXY, '  - rabbit:\n', '  - rabbit:\n      - heartbeat: 30\n'),
    changes: [RESTARTED.broker],
  },
  'the password of the queue on both sides': {
    edit: ({ edit }) => {
      edit(ALL, /$/, '\nrotated: another-long-one\n');
      for (const file of [GALAXY, PULSAR, JOB_CONF]) edit(file, /vault_rabbitmq_password_vhost/g, 'rotated');
    },
    changes: ['galaxy.lab.test: rabbitmq_user[galaxy_au]', RESTARTED.galaxy, RESTARTED.pulsar],
  },
  "the web server's configuration": {
    edit: ({ edit }) => edit(GALAXY, 'client_max_body_size: 10g', 'client_max_body_size: 11g'),
    changes: ['galaxy.lab.test: service[nginx.service]'],
  },
  'a virtual host and a user that are new': {
    edit: ({ edit }) => {
      edit(GALAXY, '  - /pulsar/galaxy_au\n', '  - /pulsar/galaxy_au\n  - /pulsar/new\n');
      edit(
        GALAXY,
        '  - user: galaxy_au\n',
        '  - user: new\n    password: new-and-long\n    vhost: /pulsar/new\n  - user: galaxy_au\n',
      );
    },
    changes: ['galaxy.lab.test: rabbitmq_vhost[/pulsar/new]', 'galaxy.lab.test: rabbitmq_user[new]'],
  },
  'a second site': {
    edit: ({ edit }) =>
      edit(ALL, /$/, '\npulsar_sites:\n  - name: nz\n    broker: galaxy.lab.test\n    password: nz-and-long\n'),
    changes: ['galaxy.lab.test: rabbitmq_user[nz]', RESTARTED.galaxy],
  },
  'a certificate that is renewed': {
    onGalaxy: sh`certbot renew -q --force-renewal --no-random-sleep-on-renew`,
    changes: [],
  },
};

/** What a run changed. */
function changedBy(result: CliResult): string[] {
  return records(result).flatMap((one) =>
    one.type === 'done' && one.status === 'changed' ? [`${one.host}: ${one.resource}`] : [],
  );
}

// An edit can be made once only, so nothing is tried again.
describe('while jobs come and go, apply loses none of them', { retry: 0 }, () => {
  const name = 'changes';
  let lab: Lab;
  let project: ExampleCopy;
  const run = (...args: readonly string[]): Promise<CliResult> =>
    gatdeploy([...args, '-i', lab.inventory, '-e', 'galaxy_install_method=pypi', '--json'], { cwd: project.root });
  const apply = async (): Promise<string[]> => {
    const result = await run('apply', 'galaxy', 'pulsar', '--restart-wait', '180');
    expect(result.code, result.stdout.slice(-4000) + result.stderr).toBe(0);
    return changedBy(result);
  };

  beforeAll(async () => {
    lab = await labUp({ name, hosts: ['galaxy', 'pulsar'], os: 'bookworm' });
    project = copyExample();
    project.edit(PULSAR, 'pulsar_systemd: true', 'pulsar_systemd: true\npulsar_package_version: 0.15.15');
    await apply();
  }, 20 * MINUTE);
  afterAll(async () => {
    project.remove();
    await labDown(name);
  });

  test.each(Object.entries(CHANGES))(
    'when the change is %s',
    async (_title, { edit, onGalaxy, changes }) => {
      const stream = await startJobs(lab, 'gatdeploy_wc');
      const changed: string[] = [];
      try {
        edit?.(project);
        if (onGalaxy) expect(await labExec(lab, 'galaxy', onGalaxy)).toMatchObject({ code: 0 });
        changed.push(...(await apply()));
      } finally {
        const jobs = await stream.stop(5 * MINUTE);
        expect(jobs.filter(({ state }) => state !== 'ok')).toEqual([]);
        expect(jobs.length).toBeGreaterThan(1);
      }
      // A restart that found no moment is due, and made now.
      changed.push(...(await apply()));
      expect(changed).toEqual(expect.arrayContaining([...changes]));
      expect(await apply()).toEqual([]);
    },
    20 * MINUTE,
  );
});
