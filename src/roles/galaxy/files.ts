/** Galaxy's directories and configuration files, each with its owner. */
import type { Text } from '../../base/secret.ts';
import { directory, file, type Resource } from '../../resources/index.ts';
import { modeOf } from '../mode.ts';
import type { HostContext } from '../role.ts';
import { partOf, textOf } from './dicts.ts';
import type { Layout } from './layout.ts';
import { resolverFiles } from './resolver-files.ts';
import { inlineJobs, withSites } from './sites.ts';
import type { GalaxyValues } from './vars.ts';

/** A configuration file and what stands in it. */
export type ConfigFile = { readonly resource: Resource; readonly content: Text };

/** Code and configuration are the keeper's, readable by Galaxy's group; the rest is Galaxy's. */
export function declareDirectories(v: GalaxyValues, layout: Layout): readonly Resource[] {
  const isInstalled = v.galaxy_install_method !== 'existing';
  if (!v.galaxy_manage_paths && !isInstalled) return [];
  const { group } = layout;
  const mode = v.galaxy_group ? '0750' : '0755';
  const code = [v.galaxy_venv_dir, layout.server];
  const kept = [...code, v.galaxy_config_dir, v.galaxy_local_tools_dir, ...v.galaxy_extra_privsep_dirs];
  const own = [
    v.galaxy_mutable_data_dir,
    v.galaxy_mutable_config_dir,
    v.galaxy_cache_dir,
    v.galaxy_shed_tools_dir,
    v.galaxy_tool_data_path,
    v.galaxy_tool_dependency_dir,
    v.galaxy_file_path,
    v.galaxy_job_working_directory,
    v.galaxy_log_dir,
    ...v.galaxy_extra_dirs,
  ];
  const made = (paths: readonly (string | null | undefined)[], owner: string): readonly Resource[] =>
    [...new Set(paths)].flatMap((path) => (path ? [directory(path, { owner, group, mode })] : []));
  return [
    ...(v.galaxy_root ? [directory(v.galaxy_root, {})] : []),
    ...made(kept, layout.keeper),
    ...made(own, layout.user.name),
  ];
}

/** Declares the admin's files and templates, job_conf with the sites in it. */
export function declareFiles(v: GalaxyValues, host: HostContext, layout: Layout): readonly ConfigFile[] {
  const closed = { owner: layout.keeper, group: layout.group, mode: modeOf(v.galaxy_config_perms) };
  const open = { ...closed, mode: modeOf(v.galaxy_config_perms_public) };
  const made = ({ path, content, ...how }: Placed, props: typeof closed): ConfigFile => ({
    resource: file(path, { content, ...how, ...props }),
    content: how.encoding === undefined ? content : '',
  });
  return [
    ...filesOf(v, host).map((one) => made(one, closed)),
    ...v.galaxy_config_files_public.map(({ src, dest }) => made({ path: dest, ...host.readContent(src) }, open)),
    ...resolverFiles(v).map((resource) => ({ resource, content: '' })),
  ];
}

type Placed = { readonly path: string; readonly content: Text; readonly encoding?: 'base64' };

/** What the files that only Galaxy may read will hold, by their places on the host. */
export function filesOf(v: GalaxyValues, host: HostContext): readonly Placed[] {
  const own: readonly Placed[] = [
    ...v.galaxy_config_templates.map(({ src, dest }) => ({ path: dest, content: host.renderTemplate(src) })),
    ...v.galaxy_config_files.map(({ src, dest }) => ({ path: dest, ...host.readContent(src) })),
  ];
  if (v.pulsar_sites.length === 0 || inlineJobs(v) !== undefined) return own;
  const galaxy = partOf(v.galaxy_config, 'galaxy');
  const path = textOf(galaxy, 'job_config_file') ?? `${v.galaxy_config_dir}/job_conf.yml`;
  const before = own.find((one) => one.path === path)?.content;
  const galaxyUrl = textOf(galaxy, 'galaxy_infrastructure_url');
  const content = withSites(before, v.pulsar_sites, { galaxyUrl, verify: v.galaxy_verify_tools });
  return [...own.filter((one) => one.path !== path), { path, content }];
}

/** Files that Galaxy itself writes: they get a first content, and are never touched again. */
export function declareMutable(v: GalaxyValues, host: HostContext, layout: Layout): readonly Resource[] {
  const first = (path: string, content: Text, encoding?: 'base64'): Resource =>
    file(path, {
      content,
      ...(encoding === undefined ? {} : { encoding }),
      onlyIfMissing: true,
      owner: layout.user.name,
      group: layout.group,
      mode: '0640',
    });
  const own = [
    ...v.galaxy_mutable_config_files.map(({ src, dest }) => {
      const { content, encoding } = host.readContent(src);
      return first(dest, content, encoding);
    }),
    ...v.galaxy_mutable_config_templates.map(({ src, dest }) => first(dest, host.renderTemplate(src))),
  ];
  if (!v.galaxy_manage_mutable_setup) return own;
  const empty: Readonly<Record<string, string>> = {
    'shed_tool_conf.xml': `<toolbox tool_path="${v.galaxy_shed_tools_dir}">\n</toolbox>\n`,
    'migrated_tools_conf.xml': `<toolbox tool_path="${v.galaxy_shed_tools_dir}">\n</toolbox>\n`,
    'shed_data_manager_conf.xml': '<data_managers>\n</data_managers>\n',
    'shed_tool_data_table_conf.xml': '<tables>\n</tables>\n',
  };
  const made = Object.entries(empty).flatMap(([name, body]) => {
    const path = `${layout.mutableConfig}/${name}`;
    return own.some((one) => one.name === path) ? [] : [first(path, `<?xml version="1.0"?>\n${body}`)];
  });
  return [...own, ...made];
}
