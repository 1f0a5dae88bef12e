import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, records } from '../support/cli.ts';
import { LAB_OS } from '../support/lab-os.ts';

const NAME = 'pulsar-rest';
const TOKEN = 's3cret&token/of some length';

const GALAXY = `
- hosts: galaxyservers
  become: true
  roles: [galaxyproject.galaxy]
  vars:
    galaxy_install_method: existing
    galaxy_manage_systemd: false
    galaxy_layout: root-dir
    galaxy_root: /srv/galaxy
    galaxy_create_user: true
    galaxy_manage_paths: true
    galaxy_user: galaxy
    galaxy_config:
      galaxy:
        job_config:
          runners: { pulsar_rest: { load: "galaxy.jobs.runners.pulsar:PulsarRESTJobRunner" } }
          execution:
            default: new
            environments:
              new: { runner: pulsar_rest, url: "https://pulsar.lab.test/", private_token: "{{ token }}" }
              old: { runner: pulsar_rest, url: "https://pulsar.lab.test:8916", private_token: "{{ token }}" }
`;

const PULSARS = `
- hosts: pulsarservers
  become: true
  vars:
    pulsar_systemd: true
    pulsar_create_user: true
    pulsar_user: { name: pulsar, shell: /bin/bash }
    pulsar_yaml_config: { private_token: "{{ token }}" }
    certbot_auth_method: --webroot
    certbot_well_known_root: /srv/nginx/_well-known_root
    certbot_share_key_users: [www-data]
    certbot_domains: ["{{ inventory_hostname }}"]
    certbot_agree_tos: --agree-tos
    nginx_servers: [redirect-ssl]
    nginx_ssl_servers: [pulsar]
    nginx_ssl_role: usegalaxy_eu.certbot
    nginx_conf_ssl_certificate: /etc/ssl/certs/fullchain.pem
    nginx_conf_ssl_certificate_key: /etc/ssl/user/privkey-www-data.pem
  roles:
    - galaxyproject.nginx
    - role: galaxyproject.pulsar
      vars: { pulsar_root: /mnt/new, pulsar_port: 8914, pulsar_systemd_service_name: pulsar-new, pulsar_systemd_runner: "{{ runner | default('paste') }}" }
`;

const OLD = `    - role: galaxyproject.pulsar
      vars: { pulsar_root: /mnt/old, pulsar_port: 8915, pulsar_systemd_service_name: pulsar-old, pulsar_package_version: "{{ old | default('0.15.14') }}" }
`;

const PLAIN = `server {
  listen 80 default_server;
  location /.well-known/ { root {{ certbot_well_known_root }}; }
}
`;

const TLS = `{% for tls, port in [(443, 8914), (8916, 8915)] %}
server {
  listen {{ tls }} ssl;
  server_name {{ inventory_hostname }};
  # The token is part of each address.
  access_log off;
  client_max_body_size 0;
  large_client_header_buffers 4 256k;
  location / { proxy_pass http://127.0.0.1:{{ port }}; }
}
{% endfor %}
`;

let lab: Lab;
let project = '';
const run = (command: string, ...args: readonly string[]): Promise<CliResult> =>
  gatdeploy([command, 'site', '-i', lab.inventory, '--json', ...args], { cwd: project });
const apply = async (...args: readonly string[]): Promise<void> => {
  const result = await run('apply', ...args);
  expect(result.code, result.stdout.slice(-4000) + result.stderr).toBe(0);
};
const onPulsar = async (script: Script): Promise<string> => (await labExec(lab, 'pulsar', script)).stdout.trim();
const failed = async (...args: readonly string[]): Promise<string> =>
  JSON.stringify(records(await run('verify', ...args)).filter((one) => one.type === 'checked' && !one.ok));

/** A whole job by Pulsar's own client, as Galaxy would send it. */
const job = (url: string) =>
  onPulsar(
    sh`cd /tmp; timeout 90 /mnt/new/venv/bin/pulsar-check --url ${url} --private_token ${TOKEN} >/tmp/check 2>&1 && echo done || tail -3 /tmp/check`,
  );

const version = (port: number) =>
  onPulsar(
    sh`curl -sG --data-urlencode ${`private_token=${TOKEN}`} ${`http://localhost:${port}/jobs/x/status`} | sed 's/.*"pulsar_version": "\\([^"]*\\)".*/\\1/'`,
  );

beforeAll(async () => {
  lab = await labUp({ name: NAME, hosts: ['galaxy', 'pulsar'], os: LAB_OS });
  project = mkdtempSync(path.join(tmpdir(), 'gatdeploy-rest-'));
  mkdirSync(path.join(project, 'group_vars'));
  mkdirSync(path.join(project, 'templates/nginx'), { recursive: true });
  writeFileSync(path.join(project, 'group_vars/all.yml'), `token: "${TOKEN}"\n`);
  writeFileSync(path.join(project, 'templates/nginx/redirect-ssl.j2'), PLAIN);
  writeFileSync(path.join(project, 'templates/nginx/pulsar.j2'), TLS);
  writeFileSync(path.join(project, 'site.yml'), GALAXY + PULSARS + OLD);
});
afterAll(async () => {
  rmSync(project, { recursive: true, force: true });
  await labDown(NAME);
});

describe('two Pulsars on one host take jobs over HTTP', () => {
  test('behind nginx with TLS, each served by what its version has, and run them', async () => {
    await apply();
    expect(await failed()).toBe('[]');
    expect([await version(8914), await version(8915)]).toEqual([expect.stringMatching(/^0\.1[6-9]/), '0.15.14']);
    expect(await job('https://pulsar.lab.test/')).toBe('done');
    expect(await job('https://pulsar.lab.test:8916/')).toBe('done');
    expect(await onPulsar(sh`{ journalctl; cat /var/log/nginx/*; } | grep -c ${TOKEN.slice(0, 6)}`)).toBe('0');
  });

  test('and a second run changes nothing', async () => {
    const plan = records(await run('plan', '--exit-code')).find((one) => one.type === 'plan');
    expect(plan?.changes).toEqual([]);
  });

  test('in another version, newer or older, without a word to the other one', async () => {
    const other = sh`systemctl show -p InvocationID --value pulsar-new.service`;
    const before = await onPulsar(other);
    for (const old of ['0.16.0', '0.15.13']) {
      await apply('-e', `old=${old}`);
      expect(await version(8915)).toBe(old);
    }
    expect(await onPulsar(other)).toBe(before);
  });

  test('by uWSGI, which runs them, too, and tells no token', async () => {
    await apply('-e', 'runner=uwsgi');
    expect(await failed('-e', 'runner=uwsgi')).toBe('[]');
    expect(await job('https://pulsar.lab.test/')).toBe('done');
    expect(await onPulsar(sh`journalctl -u pulsar-new | grep -c ${TOKEN.slice(0, 6)}`)).toBe('0');
    await apply();
  });
});

test.each([
  ['has no token', { pulsar_yaml_config: { x: 1 } }],
  ['listens for everybody', { pulsar_host: '0.0.0.0' }],
])('a Pulsar that %s is told by lint', async (_title, more) => {
  const result = await gatdeploy(['lint', '--json', '-i', lab.inventory, '-e', JSON.stringify(more)], {
    cwd: project,
  });
  expect(result.stdout).toContain('L52');
});

test('another token than job_conf has is told on both sides', async () => {
  const more = ['-e', JSON.stringify({ pulsar_yaml_config: { private_token: 'another' } })];
  await apply(...more);
  const said = await failed(...more);
  expect(said).toContain('give the environment in job_conf the same private_token');
  await apply();
});

test('a certificate of its own is used, checked by its name, and loaded anew when it changes', async () => {
  const more = [
    '-e',
    JSON.stringify({ pulsar_ssl_pem: '/etc/pulsar.pem', pulsar_host: '0.0.0.0', pulsar_port: 8917 }),
  ];
  writeFileSync(path.join(project, 'site.yml'), (GALAXY + PULSARS).replace('pulsar_port: 8914, ', ''));
  const refused = await run('apply', ...more);
  expect(refused.stdout).toContain('pulsar cannot read /etc/pulsar.pem');
  const pem = sh`umask 077; cat /etc/ssl/user/privkey-www-data.pem /etc/ssl/certs/fullchain.pem >/etc/pulsar.pem; chown pulsar /etc/pulsar.pem`;
  await onPulsar(pem);
  await apply(...more);
  const said = await failed(...more);
  expect(said).not.toContain('8917');
  await onPulsar(sh`sleep 1; ${pem}; echo >>/etc/pulsar.pem`);
  const plan = records(await run('plan', ...more)).find((one) => one.type === 'plan');
  expect(JSON.stringify(plan?.changes)).toContain('/etc/pulsar.pem');
});

test('one of them goes when it is no longer declared, and what it holds stays', async () => {
  writeFileSync(path.join(project, 'site.yml'), GALAXY + PULSARS);
  await onPulsar(sh`touch /mnt/old/files/staging/keep`);
  await apply('--prune');
  expect(
    await onPulsar(sh`systemctl is-active pulsar-old pulsar-new; ls -d /mnt/old/*; ls /mnt/old/files/staging`),
  ).toBe('inactive\nactive\n/mnt/old/files\nkeep');
});
