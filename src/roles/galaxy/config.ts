/** galaxy.yml: the admin's sections over the role's defaults. */
import { joinText, type Text } from '../../base/secret.ts';
import { isList, type Scalar, type Value } from '../../base/value.ts';
import { renderNiceYaml } from '../../render/nice-yaml.ts';
import { type Dict, dictOf, merged, partOf, textOf } from './dicts.ts';
import type { Layout } from './layout.ts';
import { inlineJobs, mergedJobs } from './sites.ts';
import type { GalaxyValues } from './vars.ts';

const NOTICE = '# Written by gatdeploy; changes made here are undone by the next apply.\n---\n';

/** What Galaxy's own sections say: the section `galaxy` merged into the defaults, `gravity` in place of its own. */
export function galaxyConfig(v: GalaxyValues, layout: Layout): Dict {
  const own = v.galaxy_config;
  const galaxy = withJobs(v, withToolConfigs(merged(defaultsOf(v, layout), partOf(own, 'galaxy')), layout));
  return new Map<Scalar, Value>([...own, ['gravity', gravityOf(v, layout)], ['galaxy', galaxy]]);
}

/** The text of galaxy.yml, its sections in the order in which Ansible writes them, so that the two can be compared. */
export function renderConfig(config: Dict): Text {
  const names = [...config.keys()].filter((name) => name !== 'gravity' && name !== 'galaxy').sort();
  const sections = ['gravity', ...names, 'galaxy'].map((name) =>
    renderNiceYaml(new Map([[name, config.get(name) ?? null]])),
  );
  return joinText([NOTICE, ...sections]);
}

/** Galaxy's own section after merging. */
export function appSection(v: GalaxyValues, layout: Layout): Dict {
  return partOf(galaxyConfig(v, layout), 'galaxy');
}

/** Absolute places, so that nothing depends on the directory that Galaxy is started in. */
function defaultsOf(v: GalaxyValues, layout: Layout): Dict {
  const { mutableConfig } = layout;
  return dictOf({
    data_dir: v.galaxy_mutable_data_dir,
    file_path: v.galaxy_file_path,
    job_working_directory: v.galaxy_job_working_directory,
    tool_dependency_dir: v.galaxy_tool_dependency_dir,
    tool_data_path: v.galaxy_tool_data_path,
    tool_config_file: [`${layout.server}/config/tool_conf.xml.sample`],
    shed_tool_config_file: `${mutableConfig}/shed_tool_conf.xml`,
    shed_data_manager_config_file: `${mutableConfig}/shed_data_manager_conf.xml`,
    shed_tool_data_table_config: `${mutableConfig}/shed_tool_data_table_conf.xml`,
    ...Object.fromEntries(v.galaxy_install_method === 'pypi' ? ofPackage(v, layout) : ofCheckout(v, layout)),
    job_config: v.galaxy_job_config,
    job_config_file: hasJobFile(v) ? `${v.galaxy_config_dir}/job_conf.yml` : undefined,
    // A newer Galaxy does not start with the schema of an older one.
    database_auto_migrate: v.galaxy_manage_database && v.galaxy_install_method !== 'existing' ? true : undefined,
    // At DEBUG, its default, Galaxy writes the passwords of message queues into its journal.
    log_level: 'INFO',
  });
}

/** The package keeps its samples where only Galaxy itself finds them. */
function ofPackage(v: GalaxyValues, layout: Layout): Dict {
  const pluginFile = (value: Value | undefined, name: string) =>
    value === undefined ? undefined : `${v.galaxy_config_dir}/${name}`;
  return dictOf({
    config_dir: v.galaxy_config_dir,
    managed_config_dir: layout.mutableConfig,
    cache_dir: v.galaxy_cache_dir,
    tool_path: `${layout.server}/tools`,
    job_metrics_config_file: pluginFile(v.galaxy_job_metrics_plugins, 'job_metrics_conf.yml'),
    dependency_resolvers_config_file: pluginFile(v.galaxy_dependency_resolvers, 'dependency_resolvers_conf.yml'),
    container_resolvers_config_file: pluginFile(v.galaxy_container_resolvers, 'container_resolvers_conf.yml'),
  });
}

/** What Ansible's role says of a checkout, word for word, as Galaxies of many years run with it. */
function ofCheckout(v: GalaxyValues, { server, mutableConfig }: Layout): Dict {
  const plugins = (value: Value | undefined, name: string) =>
    `${v.galaxy_config_dir}/${name}.${value === undefined ? 'xml' : 'yml'}`;
  const sample = (name: string) => `${server}/config/${name}.sample`;
  const ucsc = `${server}/tool-data/shared/ucsc`;
  return dictOf({
    builds_file_path: `${ucsc}/builds.txt.sample`,
    ucsc_build_sites: `${ucsc}/ucsc_build_sites.txt.sample`,
    data_manager_config_file: sample('data_manager_conf.xml'),
    datatypes_config_file: sample('datatypes_conf.xml'),
    external_service_type_config_file: sample('external_service_types_conf.xml'),
    openid_config_file: sample('openid_conf.xml'),
    tool_data_table_config_path: sample('tool_data_table_conf.xml'),
    tool_sheds_config_file: sample('tool_sheds_conf.xml'),
    integrated_tool_panel_config: `${mutableConfig}/integrated_tool_panel.xml`,
    migrated_tools_config: `${mutableConfig}/migrated_tools_conf.xml`,
    visualization_plugins_directory: 'config/plugins/visualizations',
    job_metrics_config_file: plugins(v.galaxy_job_metrics_plugins, 'job_metrics_conf'),
    dependency_resolvers_config_file: plugins(v.galaxy_dependency_resolvers, 'dependency_resolvers_conf'),
    container_resolvers_config_file:
      v.galaxy_container_resolvers === undefined
        ? null
        : plugins(v.galaxy_container_resolvers, 'container_resolvers_conf'),
  });
}

/** The sites go to where the admin's job configuration is: a file of its own, or galaxy.yml. */
function hasJobFile(v: GalaxyValues): boolean {
  return v.pulsar_sites.length > 0 && inlineJobs(v) === undefined;
}

function withJobs(v: GalaxyValues, galaxy: Dict): Dict {
  const inline = inlineJobs(v);
  if (v.pulsar_sites.length === 0 || !inline) return galaxy;
  const galaxyUrl = textOf(galaxy, 'galaxy_infrastructure_url');
  const jobs = mergedJobs(inline, v.pulsar_sites, { galaxyUrl, verify: v.galaxy_verify_tools });
  return new Map<Scalar, Value>([...galaxy, ['job_config', jobs]]);
}

/** The site's tools and those of `verify --job` are listed in files of their own, behind the admin's. */
function withToolConfigs(galaxy: Dict, layout: Layout): Dict {
  const given = galaxy.get('tool_config_file') ?? [];
  const listed = isList(given)
    ? given
    : String(given)
        .split(',')
        .map((one) => one.trim());
  const added = layout.toolConfigs.filter((path) => !listed.includes(path));
  return new Map<Scalar, Value>([...galaxy, ['tool_config_file', [...listed, ...added].map(String).join(',')]]);
}

/** Gravity's section: the admin's as it is, else one web process without Celery. systemd is the process manager, unless Galaxy is another's. */
export function gravityOf(v: GalaxyValues, layout: Layout): Dict {
  const given = v.galaxy_config.get('gravity');
  const isOthers = v.galaxy_install_method === 'existing';
  if (given === undefined && isOthers) return othersGravity(v, layout);
  const own = given === undefined ? defaultGravity(v, layout) : partOf(v.galaxy_config, 'gravity');
  if (isOthers) return own;
  return merged(dictOf({ process_manager: 'systemd' }), own);
}

/** Ansible's default. */
function othersGravity(v: GalaxyValues, layout: Layout): Dict {
  return dictOf({
    galaxy_root: layout.server,
    log_dir: v.galaxy_log_dir,
    virtualenv: v.galaxy_venv_dir,
    app_server: 'gunicorn',
    gunicorn: dictOf({ bind: 'localhost:8080' }),
  });
}

function defaultGravity(v: GalaxyValues, layout: Layout): Dict {
  return dictOf({
    galaxy_user: layout.user.name,
    galaxy_group: layout.group,
    virtualenv: v.galaxy_venv_dir,
    galaxy_root: layout.server,
    log_dir: v.galaxy_log_dir,
    app_server: 'gunicorn',
    gunicorn: dictOf({
      // Where the training's site for nginx looks for it.
      bind: `unix:${layout.mutableConfig}/gunicorn.sock`,
      workers: 1,
      // nginx on the same host says who asks, and that it was by HTTPS.
      extra_args: '--forwarded-allow-ips="*"',
    }),
    celery: dictOf({ enable: false, enable_beat: false }),
  });
}

/** Where Galaxy's web process listens: `localhost:8080`, `unix:/path`. */
export function bindOf(gravity: Dict): string {
  return textOf(partOf(gravity, 'gunicorn'), 'bind') ?? 'localhost:8080';
}
