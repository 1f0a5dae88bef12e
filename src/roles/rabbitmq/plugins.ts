/** The broker's plugins, and the files of those that don't come with it. */
import { sh } from '../../base/shell.ts';
import { aptPackage, command, type Resource } from '../../resources/index.ts';
import type { RabbitmqValues } from './vars.ts';

/** Names of the plugins to enable; the rest is disabled. */
export function wantedPlugins(v: RabbitmqValues): readonly string[] {
  const names = v.rabbitmq_plugins.map((one) => one.name);
  return [...new Set(names)].filter((name) => !v.rabbitmq_plugins_disabled.includes(name)).sort();
}

/** Fetches the files of plugins that have a `url`. */
export function pluginFiles(v: RabbitmqValues, packages: readonly Resource[]): readonly Resource[] {
  const fetched = v.rabbitmq_plugins.flatMap(({ url }) => (url === undefined ? [] : [url]));
  if (fetched.length === 0) return [];
  const curl = aptPackage('curl', {});
  const files = fetched.map((url) => {
    const path = `${v.rabbitmq_plugin_dir}/${url.slice(url.lastIndexOf('/') + 1)}`;
    return command(`fetch ${path}`, {
      run: sh`gd_begin ${path}
curl -fsSL -m 300 -o "$gd_new" -- ${url}
chmod 0644 "$gd_new"
gd_commit ${path}`,
      creates: path,
      after: [curl, ...packages],
    });
  });
  return [curl, ...files];
}
