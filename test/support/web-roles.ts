/** A small project with the roles of a Galaxy host's web side, and the host that it is deployed to. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Script } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, type JsonLine, records } from './cli.ts';

const PLAYBOOK = `
- hosts: galaxyservers
  become: true
  roles: [usegalaxy_eu.rabbitmq, galaxyproject.nginx, galaxyproject.cvmfs]
`;

/** As training repositories have them. */
const VARIABLES = `
cvmfs_role: client
galaxy_cvmfs_repos_enabled: config-repo
cvmfs_quota_limit: 500
certbot_auth_method: --webroot
certbot_install_method: package
certbot_auto_renew_user: root
certbot_well_known_root: /srv/nginx/_well-known_root
certbot_share_key_users: [www-data, rabbitmq]
certbot_post_renewal: |
  systemctl restart nginx || true
  systemctl restart rabbitmq-server || true
certbot_domains: ["{{ inventory_hostname }}"]
certbot_agree_tos: --agree-tos
nginx_servers: [redirect-ssl]
nginx_ssl_servers: [galaxy]
nginx_conf_http: { client_max_body_size: 1g }
nginx_ssl_role: usegalaxy_eu.certbot
nginx_conf_ssl_certificate: /etc/ssl/certs/fullchain.pem
nginx_conf_ssl_certificate_key: /etc/ssl/user/privkey-www-data.pem
rabbitmq_plugins: rabbitmq_management
rabbitmq_config:
  - rabbit:
      - tcp_listeners: [{ "'127.0.0.1'": 5672 }]
      - ssl_listeners: [{ "'0.0.0.0'": 5671 }]
      - ssl_options:
          - cacertfile: /etc/ssl/certs/fullchain.pem
          - certfile: /etc/ssl/certs/cert.pem
          - keyfile: /etc/ssl/user/privkey-rabbitmq.pem
          - fail_if_no_peer_cert: 'false'
rabbitmq_vhosts: [/pulsar/galaxy_au]
rabbitmq_users:
  - { user: admin, password: a-long-admin-password, tags: administrator, vhost: / }
  - { user: galaxy_au, password: a-long-vhost-password, vhost: /pulsar/galaxy_au }
`;

const PLAIN = `server {
  listen 80 default_server;
  listen [::]:80 default_server;
  location /.well-known/ { root {{ certbot_well_known_root }}; }
  location / { return 302 https://$host$request_uri; }
}
`;

const TLS = `server {
  listen *:443 ssl default_server;
  server_name {{ inventory_hostname }};
  location / { return 200 hello; }
}
`;

/** What a test does with the project and its host. */
export type WebRoles = {
  readonly lab: Lab;
  /** The project's. */
  readonly folder: string;
  /** Runs a command on the playbook, with further variables. */
  run(command: string, variables?: Readonly<Record<string, unknown>>): Promise<CliResult>;
  /** Applies and wants it to go well; gives the planned changes. */
  apply(variables?: Readonly<Record<string, unknown>>): Promise<readonly string[]>;
  /** Runs a script on the host as root and wants it to go well; gives what it printed. */
  onHost(script: Script): Promise<string>;
  down(): Promise<void>;
};

/** Makes the project and a clean host. */
export async function webRoles(name: string, os: 'bookworm' | 'trixie'): Promise<WebRoles> {
  const lab = await labUp({ name, hosts: ['galaxy'], os });
  const folder = mkdtempSync(join(tmpdir(), 'gatdeploy-web-'));
  mkdirSync(join(folder, 'group_vars'));
  mkdirSync(join(folder, 'templates/nginx'), { recursive: true });
  writeFileSync(join(folder, 'site.yml'), PLAYBOOK);
  writeFileSync(join(folder, 'group_vars/all.yml'), VARIABLES);
  writeFileSync(join(folder, 'templates/nginx/redirect-ssl.j2'), PLAIN);
  writeFileSync(join(folder, 'templates/nginx/galaxy.j2'), TLS);
  const run: WebRoles['run'] = (command, variables = {}) =>
    gatdeploy([command, 'site', '-i', lab.inventory, '--json', '-e', JSON.stringify(variables)], { cwd: folder });
  return {
    lab,
    folder,
    run,
    async apply(variables) {
      const result = await run('apply', variables);
      expect(result.code, result.stdout.slice(-4000) + result.stderr).toBe(0);
      return changesOf(result);
    },
    async onHost(script) {
      const result = await labExec(lab, 'galaxy', script);
      expect(result.code, result.stdout + result.stderr).toBe(0);
      return result.stdout;
    },
    async down() {
      rmSync(folder, { recursive: true, force: true });
      await labDown(name);
    },
  };
}

/** The planned changes, those left out that only wait to be read. */
export function changesOf(result: CliResult): readonly string[] {
  const plan = records(result).find((one) => one.type === 'plan');
  const changes = (plan?.changes ?? []) as readonly JsonLine[];
  return changes.filter((one) => one.action !== 'unknown').map((one) => String(one.resource));
}
