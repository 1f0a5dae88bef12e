/** The files of Galaxy that are a variable written as YAML. */
import { joinText } from '../../base/secret.ts';
import { renderNiceYaml } from '../../render/nice-yaml.ts';
import { file, type Resource } from '../../resources/index.ts';
import type { GalaxyValues } from './vars.ts';

const NOTICE = '# Written by gatdeploy; changes made here are undone by the next apply.\n---\n';

const FILES = {
  galaxy_job_metrics_plugins: 'job_metrics_conf.yml',
  galaxy_dependency_resolvers: 'dependency_resolvers_conf.yml',
  galaxy_container_resolvers: 'container_resolvers_conf.yml',
} as const;

/** Declares the file of each variable that is set. */
export function resolverFiles(v: GalaxyValues): readonly Resource[] {
  return Object.entries(FILES).flatMap(([name, path]) => {
    const value = v[name as keyof typeof FILES];
    if (value === undefined || v.galaxy_config_dir === undefined) return [];
    const content = joinText([NOTICE, renderNiceYaml(value)]);
    return [
      file(`${v.galaxy_config_dir}/${path}`, { content, settings: true, owner: v.galaxy_privsep_user.name }),
    ];
  });
}
