/** Pulsar's directories and configuration files, each with its owner. */
import { joinText } from '../../base/secret.ts';
import { isDict, isList, type Value } from '../../base/value.ts';
import { renderNiceYaml } from '../../render/nice-yaml.ts';
import { template } from '../../render/template.ts';
import { directory, file, type Resource } from '../../resources/index.ts';
import { plainText } from '../plain-text.ts';
import { appConfig } from './app-config.ts';
import type { Layout } from './layout.ts';
import type { PulsarValues } from './vars.ts';

const NOTICE = '# Written by gatdeploy; changes made here are undone by the next apply.\n';

/** Declares the directories: the root and the configuration are the keeper's, what jobs fill is Pulsar's. */
export function declareDirectories(v: PulsarValues, layout: Layout): readonly Resource[] {
  const { mode } = layout;
  const kept = [v.pulsar_root, ...v.pulsar_privsep_dirs].map((path) =>
    directory(path, { owner: layout.keeper, group: layout.keeperGroup, mode }),
  );
  const own = [...new Set(v.pulsar_dirs.flatMap((path) => [...between(v.pulsar_root, path), path]))];
  return [...kept, ...own.map((path) => directory(path, { owner: layout.user.name, group: layout.group, mode }))];
}

/** Declares the files that Pulsar reads when it starts. */
export function declareFiles(v: PulsarValues, layout: Layout): readonly Resource[] {
  const open = { owner: layout.keeper, group: layout.keeperGroup, mode: '0644' };
  const config = file(layout.appYml, {
    content: yamlFile(appConfig(v)),
    settings: true,
    owner: layout.keeper,
    group: layout.group,
    mode: v.pulsar_app_config_mode,
  });
  const serverIni = file(layout.serverIni, {
    content: template('pulsar/server.ini.hbs', iniValues(v)),
    settings: true,
    ...open,
  });
  const localEnv = file(layout.localEnv, {
    content: template('pulsar/local_env.sh.hbs', {
      drmaa: v.pulsar_drmaa_library_path,
      galaxyHome: v.galaxy_server_dir,
    }),
    settings: true,
    ...open,
  });
  const starter =
    v.pulsar_systemd && v.pulsar_systemd_runner === 'webless'
      ? [file(layout.starter, { content: template('pulsar/start.py.hbs', {}), ...open })]
      : [];
  return [config, serverIni, localEnv, ...starter, ...declareMetrics(v, open)];
}

function declareMetrics(
  v: PulsarValues,
  props: { owner: string; group: string; mode: string },
): readonly Resource[] {
  const plugins = v.pulsar_job_metrics_plugins;
  if (plugins === undefined) return [];
  const path = plainText(v.pulsar_yaml_config_merged.get('job_metrics_config_file')) ?? 'job_metrics_conf.yml';
  const absolute = path.startsWith('/') ? path : `${v.pulsar_config_dir}/${path}`;
  return [file(absolute, { content: yamlFile(modernMetrics(plugins)), settings: true, ...props })];
}

/** The old form `[{name: core, args: [{name: n, value: v}]}]` becomes `[{type: core, n: v}]`. */
function modernMetrics(plugins: Value): Value {
  if (!isList(plugins) || !plugins.some((one) => isDict(one) && one.has('name'))) return plugins;
  return plugins.map((one) => {
    if (!isDict(one) || !one.has('name')) return one;
    const args = one.get('args') ?? [];
    const pairs = isList(args) ? args.filter(isDict).map((arg): [string, Value] => argument(arg)) : [];
    return new Map<string, Value>([['type', one.get('name') ?? null], ...pairs]);
  });
}

function argument(arg: ReadonlyMap<unknown, Value>): [string, Value] {
  return [plainText(arg.get('name')) ?? '', arg.get('value') ?? null];
}

function yamlFile(value: Value) {
  return joinText([`${NOTICE}---\n`, renderNiceYaml(value)]);
}

/**
 * Pulsar's threads would not survive a fork. Requests hold the token, so they are not logged; and the job's parameters, so
 * they are long.
 */
const UWSGI = {
  master: 'true',
  'paste-logger': 'true',
  processes: '1',
  'enable-threads': 'true',
  'lazy-apps': 'true',
  'disable-logging': 'true',
  'buffer-size': '65535',
};

function uwsgiSocket(v: PulsarValues): Readonly<Record<string, string>> {
  return v.pulsar_uwsgi_socket === undefined
    ? { http: `${v.pulsar_host}:${v.pulsar_port}` }
    : { socket: v.pulsar_uwsgi_socket };
}

function iniValues(v: PulsarValues) {
  return {
    egg: v.pulsar_server_egg,
    port: v.pulsar_port,
    host: v.pulsar_host,
    sslPem: v.pulsar_ssl_pem,
    config: v.pulsar_config_dir,
    uwsgi: Object.entries({ ...UWSGI, ...uwsgiSocket(v), ...v.pulsar_uwsgi_options }).map(([key, value]) => ({
      key,
      value,
    })),
    logLevel: v.pulsar_log_level,
  };
}

/** The directories between a root and a path below it, outermost first. */
function between(root: string, path: string): readonly string[] {
  if (!path.startsWith(`${root}/`)) return [];
  const names = path
    .slice(root.length + 1)
    .split('/')
    .filter(Boolean)
    .slice(0, -1);
  return names.map((_, index) => `${root}/${names.slice(0, index + 1).join('/')}`);
}
