/** The files of a new project: the example project of this package, with the user's names and fresh passwords. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GatError } from '../../base/errors.ts';
import { encryptContent } from '../../project/vault/cipher.ts';

export type ProjectNames = {
  readonly galaxy: string;
  readonly pulsar: string;
  readonly user: string;
  readonly email: string;
  readonly site: string;
  /** CernVM's apt repository; without it there is no CernVM-FS. */
  readonly cvmfsRepository?: string;
  /** A file with the repository's armoured key. */
  readonly cvmfsKey?: string;
};

/** Files of the example that are taken as they are, but for the names. */
const COPIED = [
  'group_vars/galaxyservers.yml',
  'group_vars/pulsarservers.yml',
  'templates/galaxy/config/job_conf.yml.j2',
  'templates/nginx/galaxy.j2',
  'templates/nginx/redirect-ssl.j2',
];

/** @throws GatError init/not-empty where there is something already */
export function requireNew(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory() || readdirSync(folder).length > 0) throw notEmpty(folder);
}

/** Writes the project and returns the names of its files. */
export function writeProject(folder: string, names: ProjectNames): readonly string[] {
  const files = filesOf(names);
  for (const { name, text, mode } of files) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: mode ?? 0o644, flag: 'wx' });
  }
  return files.map(({ name }) => name);
}

type NewFile = { readonly name: string; readonly text: string; readonly mode?: number };

function filesOf(names: ProjectNames): readonly NewFile[] {
  const password = token();
  return [
    { name: 'ansible.cfg', text: CONFIG },
    { name: 'hosts', text: inventory(names) },
    { name: '.gitignore', text: '.vault-password\n.cache/\n' },
    { name: '.vault-password', text: `${password}\n`, mode: 0o600 },
    { name: 'galaxy.yml', text: playbook('galaxy', names) },
    { name: 'pulsar.yml', text: playbook('pulsar', names) },
    { name: 'group_vars/all.yml', text: commonVariables(names) },
    {
      name: 'group_vars/secret.yml',
      text: encryptContent(Buffer.from(secrets()), Buffer.from(password)),
      mode: 0o600,
    },
    ...COPIED.map((name) => ({ name, text: withNames(readExample(name), names) })),
  ];
}

const CONFIG = `[defaults]
inventory = hosts
vault_password_file = .vault-password
retry_files_enabled = false

[ssh_connection]
pipelining = true
`;

function inventory({ galaxy, pulsar, user }: ProjectNames): string {
  return `[galaxyservers]\n${galaxy} ansible_user=${user}\n\n[pulsarservers]\n${pulsar} ansible_user=${user}\n`;
}

/** The built-in stack, as a playbook that can be changed. */
function playbook(name: string, { cvmfsRepository }: ProjectNames): string {
  const text = readExample(`templates/stacks/${name}.yml`).replace(/^#.*\n/gm, '');
  return cvmfsRepository === undefined ? text.replace(/^.*galaxyproject\.cvmfs.*\n/m, '') : text;
}

/** CernVM-FS, the client with Galaxy's reference data. */
function cvmfsVariables({ cvmfsRepository, cvmfsKey }: ProjectNames): string {
  if (cvmfsRepository === undefined) return '';
  const key = cvmfsKey === undefined ? '' : `cvmfs_apt_key: |\n${indented(readKey(cvmfsKey))}`;
  return `# CernVM-FS, the client with Galaxy's reference data, and where its package comes from.
cvmfs_role: client
galaxy_cvmfs_repos_enabled: config-repo
cvmfs_quota_limit: 500
cvmfs_apt_repository: ${JSON.stringify(cvmfsRepository)}
${key}
`;
}

/** @throws GatError init/no-key */
function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw noKey(file, error);
  }
}

function indented(text: string): string {
  return text.trim().replace(/^/gm, '  ').concat('\n');
}

function commonVariables(names: ProjectNames): string {
  return `# What both hosts need.

${cvmfsVariables(names)}certbot_admin_email: ${names.email}

# The same on both sides, as Pulsar collects the metrics and Galaxy stores them.
galaxy_job_metrics_plugins:
  - type: core
  - type: cpuinfo
  - type: meminfo
  - type: uname

# pypi installs Galaxy itself; existing leaves it out.
galaxy_install_method: pypi
galaxy_package_version: 26.1.1
`;
}

function secrets(): string {
  const names = [
    'vault_rabbitmq_password_vhost',
    'vault_rabbitmq_admin_password',
    'vault_galaxy_id_secret',
    'vault_galaxy_bootstrap_admin_api_key',
  ];
  return `${names.map((name) => `${name}: ${token()}`).join('\n')}\n`;
}

function token(): string {
  return randomBytes(24).toString('hex');
}

/** What the lint would say of the example, which shows what sites have, is put right on the way. */
function withNames(text: string, { email, site }: ProjectNames): string {
  return text
    .replaceAll('galaxy_au', `galaxy_${site}`)
    .replaceAll('admin@example.org', email)
    .replace('certbot_environment: staging', 'certbot_environment: production')
    .replace('pulsar_pip_install: true\n', '')
    .replace(/^ {6}(?:persistence_directory|transport): .*\n/gm, '')
    .replace(
      '    amqp_acknowledge: true\n',
      '    amqp_acknowledge: true\n    persistence_directory: /srv/galaxy/var/pulsar_amqp_ack\n',
    );
}

/** The example lies beside src/ in a checkout, beside dist/ in a package. */
function readExample(name: string): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    const file = path.join(folder, name);
    if (existsSync(path.join(folder, 'templates', 'stacks')) && existsSync(file))
      return readFileSync(file, 'utf8');
    if (folder === path.dirname(folder)) throw new Error(`${name} is missing from this installation`);
  }
}

function noKey(file: string, cause: unknown): GatError {
  return new GatError({
    code: 'init/no-key',
    what: `cannot read the key of CernVM's repository from ${file}`,
    why: cause instanceof Error ? cause.message : String(cause),
    fix: '--cvmfs-key FILE, where FILE is the armoured public key',
    cause,
  });
}

function notEmpty(folder: string): GatError {
  return new GatError({
    code: 'init/not-empty',
    what: `cannot make a project in ${folder}: there are files already`,
    fix: 'name a new folder; an Ansible repository that you have needs no init: gatdeploy plan galaxy',
  });
}
