/** The configuration files of a CernVM-FS client. */
import { template } from '../../render/template.ts';
import { directory, file, type Resource } from '../../resources/index.ts';
import type { ConfigRepo, CvmfsValues, PublicKey, Repository, ServerUrls } from './vars.ts';

/** What the client is configured with: the admin's own and, where they are enabled, Galaxy's. */
export type ClientConfig = {
  readonly configRepo: ConfigRepo | undefined;
  readonly keys: readonly PublicKey[];
  readonly servers: readonly ServerUrls[];
  readonly repositories: readonly Repository[];
};

/** Puts together what the variables ask for. */
export function clientConfig(v: CvmfsValues): ClientConfig {
  const configRepo =
    v.galaxy_cvmfs_repos_enabled === 'config-repo' ? v.galaxy_cvmfs_config_repo : v.cvmfs_config_repo;
  const base = { keys: v.cvmfs_keys, servers: v.cvmfs_server_urls, repositories: v.cvmfs_repositories };
  if (v.galaxy_cvmfs_repos_enabled !== true)
    return { ...base, configRepo, keys: configRepo ? [configRepo.key, ...base.keys] : base.keys };
  return {
    configRepo,
    keys: [...base.keys, ...v.galaxy_cvmfs_keys],
    servers: [...base.servers, ...v.galaxy_cvmfs_server_urls],
    repositories: [...base.repositories, ...v.galaxy_cvmfs_repositories],
  };
}

/** Declares keys and settings; all come after the package, which makes the folders they lie in. */
export function declareConfig(
  v: CvmfsValues,
  config: ClientConfig,
  after: readonly Resource[],
): readonly Resource[] {
  const { configRepo } = config;
  const paths = new Set(config.keys.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
  const folders = [...paths]
    .filter((path) => path !== '/etc/cvmfs/keys')
    .map((path) => directory(path, { after }));
  const keys = config.keys.map(({ path, key, owner }) =>
    file(path, { content: `${key.trim()}\n`, mode: '0444', owner: owner ?? 'root', after }),
  );
  const domains = config.servers.map((one) => settings(`domain.d/${one.domain}.conf`, domainLines(one), after));
  const ofRepo = configRepo ? [...configRepoFiles(configRepo, config.servers, after)] : [];
  const options = config.repositories.flatMap(({ repository, client_options }) =>
    client_options && client_options.length > 0
      ? [settings(`config.d/${repository}.local`, client_options, after)]
      : [],
  );
  return [...folders, ...keys, ...ofRepo, ...domains, defaultLocal(v, config, after), ...options];
}

function configRepoFiles(repo: ConfigRepo, servers: readonly ServerUrls[], after: readonly Resource[]) {
  const stale = !servers.some(({ domain }) => domain === repo.domain);
  return [
    settings(
      `config.d/${repo.repository.repository}.conf`,
      [`CVMFS_SERVER_URL="${repo.urls.join(';')}"`, `CVMFS_PUBLIC_KEY="${repo.key.path}"`],
      after,
    ),
    settings(
      'default.d/80-ansible-galaxyproject-cvmfs.conf',
      [
        `CVMFS_CONFIG_REPOSITORY="${repo.repository.repository}"`,
        `CVMFS_DEFAULT_DOMAIN="${repo.domain}"`,
        `CVMFS_USE_GEOAPI="${repo.use_geoapi ? 'yes' : 'no'}"`,
      ],
      after,
    ),
    // A static configuration of the same domain would win over what the config repository says.
    ...(stale ? [file(`/etc/cvmfs/domain.d/${repo.domain}.conf`, { absent: true, after })] : []),
  ];
}

function domainLines({ domain, urls, use_geoapi }: ServerUrls): readonly string[] {
  return [
    `CVMFS_SERVER_URL="${urls.join(';')}"`,
    `CVMFS_KEYS_DIR=/etc/cvmfs/keys/${domain}`,
    `CVMFS_USE_GEOAPI="${use_geoapi ? 'yes' : 'no'}"`,
  ];
}

function settings(name: string, lines: readonly string[], after: readonly Resource[]): Resource {
  return file(`/etc/cvmfs/${name}`, {
    content: template('cvmfs/settings.conf.hbs', { lines }),
    mode: '0444',
    settings: true,
    after,
  });
}

function defaultLocal(v: CvmfsValues, config: ClientConfig, after: readonly Resource[]): Resource {
  const content = template('cvmfs/default.local.hbs', {
    repositories: config.repositories.map(({ repository }) => repository).join(','),
    proxies: v.cvmfs_http_proxies.join(';'),
    quota: v.cvmfs_quota_limit,
    cache: v.cvmfs_cache_base,
    params: [...telemetry(v), ...Object.entries(v.cvmfs_params)].map(([key, value]) => ({ key, value })),
  });
  return file('/etc/cvmfs/default.local', { content, mode: '0644', settings: true, after });
}

function telemetry(v: CvmfsValues): readonly (readonly [string, string])[] {
  if (!v.cvmfs_telemetry) return [];
  return [
    ['CVMFS_TELEMETRY_SEND', 'ON'],
    ['CVMFS_TELEMETRY_RATE', v.cvmfs_telemetry_rate],
    ['CVMFS_INFLUX_HOST', v.cvmfs_influx_host],
    ['CVMFS_INFLUX_PORT', v.cvmfs_influx_port],
    ['CVMFS_INFLUX_METRIC_NAME', v.cvmfs_influx_metric_name],
    ['CVMFS_INFLUX_EXTRA_TAGS', v.cvmfs_influx_extra_tags],
    ['CVMFS_INFLUX_EXTRA_FIELDS', v.cvmfs_influx_extra_fields],
  ];
}
