/** The variables of galaxyproject.cvmfs for clients, under the names and with the defaults that its users know. */
import { z } from 'zod';
import type { RoleValues } from '../role.ts';
import { bool, int, listOf, text, word } from '../types.ts';
import { galaxyConfigRepo, galaxyKeys, galaxyRepositories, galaxyServerUrls } from './galaxy-defaults.ts';

const key = z.object({ path: word, key: word, owner: word.optional() });

const configRepo = z.object({
  domain: word,
  key,
  urls: z.array(word),
  use_geoapi: bool.optional(),
  repository: z.object({ repository: word }).loose(),
});

const serverUrls = z.object({ domain: word, urls: z.array(word), use_geoapi: bool.optional() });

const repository = z.object({ repository: word, client_options: z.array(word).nullish() }).loose();

const parameter = z.union([word, z.boolean().transform((value) => (value ? 'yes' : 'no'))]);

export const vars = {
  cvmfs_role: {
    type: word,
    default: '',
    doc: '`client` makes the host a client; so does being in the group cvmfsclients.',
  },
  galaxy_cvmfs_repos_enabled: {
    type: z.union([z.literal('config-repo'), bool]),
    default: false,
    doc: "Galaxy's repositories: `config-repo` configures them by the repository made for that, `true` statically.",
  },
  cvmfs_config_repo: {
    type: z.union([configRepo, z.strictObject({}).transform(() => undefined)]),
    default: {},
    doc: 'A config repository of your own: `{domain, key: {path, key}, urls, repository: {repository}}`.',
  },
  cvmfs_keys: { type: z.array(key), default: [], doc: 'Public keys of repositories, `{path, key}`.' },
  cvmfs_server_urls: {
    type: z.array(serverUrls),
    default: [],
    doc: 'Servers of domains, `{domain, urls, use_geoapi}`.',
  },
  cvmfs_repositories: {
    type: z.array(repository),
    default: [],
    doc: 'Repositories, `{repository, client_options}`.',
  },
  galaxy_cvmfs_config_repo: { type: configRepo, default: galaxyConfigRepo, doc: "Galaxy's config repository." },
  galaxy_cvmfs_keys: { type: z.array(key), default: galaxyKeys, doc: "Public keys of Galaxy's repositories." },
  galaxy_cvmfs_server_urls: {
    type: z.array(serverUrls),
    default: galaxyServerUrls,
    doc: "Servers of Galaxy's repositories; set it to prefer one near you.",
  },
  galaxy_cvmfs_repositories: {
    type: z.array(repository),
    default: galaxyRepositories,
    doc: "Galaxy's repositories.",
  },
  cvmfs_http_proxies: {
    type: listOf(word),
    default: ['DIRECT'],
    doc: 'Proxies, tried in order; `a|b` shares the load between two. A site with many hosts should have one.',
  },
  cvmfs_quota_limit: { type: int, default: 4000, doc: 'Size of the cache in MB.' },
  cvmfs_cache_base: { type: word, default: '/var/lib/cvmfs', doc: 'Where the cache is.' },
  cvmfs_params: { type: z.record(z.string(), parameter), default: {}, doc: 'Further settings for default.local.' },
  cvmfs_upgrade_client: { type: bool, default: false, doc: 'Upgrade the package when there is a newer one.' },
  cvmfs_config_package: {
    type: word.optional(),
    doc: 'A package with configuration, or the URL of one, installed before cvmfs.',
  },
  cvmfs_config_repo_supported: {
    type: bool,
    default: true,
    doc: 'Accepted for old repositories; every supported Debian has it.',
  },
  cvmfs_apt_repository: {
    type: word.optional(),
    doc: 'URL of the apt repository that has the package cvmfs, or a whole `deb …` line; empty where the host has it already.',
  },
  cvmfs_apt_key: { type: text.optional(), doc: 'The armoured public key that signs the apt repository.' },
  cvmfs_apt_distribution: {
    type: word,
    default: '{{ ansible_distribution_release }}',
    doc: 'Codename in the apt repository, where it does not know the own one.',
  },
  cvmfs_apt_suite: {
    type: word,
    default: '{{ cvmfs_apt_distribution }}-prod',
    doc: 'Suite of the apt repository.',
  },
  cvmfs_apt_component: { type: word, default: 'main', doc: 'Component of the apt repository.' },
  cvmfs_probe_repositories: {
    type: z.array(word).optional(),
    doc: 'Repositories that are tried in the end; default the config repository, data and main, or those of `cvmfs_repositories`.',
  },
  cvmfs_mount_method: {
    type: z.enum(['autofs', 'fstab']),
    default: 'autofs',
    doc: '`autofs` mounts a repository when somebody looks at it; `fstab` mounts `cvmfs_fstab_repositories` at boot, and stops autofs, which would hide them. Own variable of gatdeploy.',
  },
  cvmfs_fstab_repositories: {
    type: listOf(word).optional(),
    doc: 'Repositories that fstab mounts; default those that are tried in the end. Own variable of gatdeploy.',
  },
  cvmfs_telemetry: { type: bool, default: false, doc: 'Send figures of the client to InfluxDB.' },
  cvmfs_telemetry_rate: { type: word, default: '60', doc: 'Seconds between two sets of figures.' },
  cvmfs_influx_host: { type: word, default: 'localhost', doc: 'Where InfluxDB is.' },
  cvmfs_influx_port: { type: word, default: '8092', doc: "InfluxDB's port for UDP." },
  cvmfs_influx_metric_name: { type: word, default: 'cvmfs_metrics', doc: 'What the figures are called.' },
  cvmfs_influx_extra_tags: { type: word, default: '', doc: 'Further tags of the figures.' },
  cvmfs_influx_extra_fields: { type: word, default: '', doc: 'Further fields of the figures.' },
  cvmfs_preload_install: {
    type: bool,
    default: false,
    doc: 'Fetch the program cvmfs_preload from `cvmfs_preload_url`.',
  },
  cvmfs_preload_path: { type: word, default: '/usr/bin', doc: 'Folder of cvmfs_preload.' },
  cvmfs_preload_url: {
    type: word.optional(),
    doc: 'Where cvmfs_preload is fetched from, as gatdeploy names no host. Own variable of gatdeploy.',
  },
  cvmfs_install_setuid_cvmfs_wipecache: {
    type: bool,
    default: false,
    doc: 'Exists for EL hosts only; `false` removes it, as in Ansible.',
  },
  cvmfs_install_setuid_cvmfs_remount_sync: {
    type: bool,
    default: false,
    doc: 'Exists for EL hosts only; `false` removes it, as in Ansible.',
  },
} as const;

export type CvmfsValues = RoleValues<typeof vars>;
export type ConfigRepo = z.infer<typeof configRepo>;
export type ServerUrls = z.infer<typeof serverUrls>;
export type Repository = z.infer<typeof repository>;
export type PublicKey = z.infer<typeof key>;
