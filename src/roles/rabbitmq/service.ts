/** The broker's process: what it loads when it starts, what it reads again, and what must hold before it may start. */
import { certificate } from '../../base/capability.ts';
import type { Text } from '../../base/secret.ts';
import { sh } from '../../base/shell.ts';
import { template } from '../../render/template.ts';
import {
  directory,
  edit,
  existingFile,
  file,
  type Resource,
  rabbitmqPlugins,
  service,
} from '../../resources/index.ts';
import { tellBroker } from '../../resources/rabbitmq/broker.ts';
import { checkAdvanced, checkConf } from '../../resources/rabbitmq/config-check.ts';
import { checkTlsPair } from '../../resources/rabbitmq/tls-pair.ts';
import type { HostContext } from '../role.ts';
import { ADVANCED_MARK, advancedConfig } from './advanced.ts';
import { renderConfig, type Settings } from './config.ts';
import { declareDistribution } from './distribution.ts';
import { declareOwnFiles } from './own-files.ts';
import { UNIT } from './packages.ts';
import { pluginFiles, wantedPlugins } from './plugins.ts';
import type { RabbitmqValues } from './vars.ts';

/** Declares files, plugins and the service, which is the last. */
export function declareBroker(
  v: RabbitmqValues,
  host: HostContext,
  { settings, packages }: { readonly settings: Settings; readonly packages: readonly Resource[] },
): readonly Resource[] {
  const configs = declareConfigs(v, host, { settings, packages });
  const addresses = declareDistribution(v, host, packages);
  const own = declareOwnFiles(v.rabbitmq_erlang_cookie_file, packages);
  const files = pluginFiles(v, packages);
  const plugins = rabbitmqPlugins('/etc/rabbitmq/enabled_plugins', {
    plugins: wantedPlugins(v),
    after: [...packages, own, ...files],
  });
  const limits = declareGroups(settings);
  const tls = tlsFiles(settings).map((path) => existingFile(path, { after: packages }));
  const broker = service(UNIT, {
    loads: [
      ...packages.filter((one) => one.name === 'rabbitmq-server'),
      ...configs,
      ...loadedOf(addresses),
      ...limits,
    ],
    rereads: tls,
    reload: tellBroker(['ssl:clear_pem_cache()']),
    explain: readLog,
    after: [own, plugins, ...files, ...addresses],
    requires: settings.tls.length > 0 && usesCertbot(settings) ? [certificate(host.name)] : [],
    ...validate(settings, v.rabbitmq_certificate_name),
  });
  return [...configs, ...addresses, own, ...files, plugins, ...limits, ...tls, broker];
}

function loadedOf(addresses: readonly Resource[]): readonly Resource[] {
  return addresses.filter((one) => one.kind.name !== 'command');
}

/** The files are tried by the broker's own schemas first; the old format's file would win over the new one's. */
function declareConfigs(
  v: RabbitmqValues,
  host: HostContext,
  { settings, packages }: { readonly settings: Settings; readonly packages: readonly Resource[] },
): readonly Resource[] {
  const common = { group: 'rabbitmq', mode: '0640', after: packages };
  return [
    file('/etc/rabbitmq/rabbitmq.conf', { ...common, content: renderConfig(settings.lines), validate: checkConf }),
    declareAdvanced(advancedConfig(v, host), packages),
    file('/etc/rabbitmq/rabbitmq.config', { absent: true, after: packages }),
  ];
}

/** One that somebody else has written stays; one of ours that is no longer asked for is emptied. */
function declareAdvanced(content: Text | undefined, packages: readonly Resource[]): Resource {
  const path = '/etc/rabbitmq/advanced.config';
  if (content !== undefined)
    return file(path, { content, group: 'rabbitmq', mode: '0640', after: packages, validate: checkAdvanced });
  return edit(`${path}: nothing of ours`, {
    path,
    optional: true,
    edit: (text) => (text.startsWith(ADVANCED_MARK) ? '[].\n' : text),
    after: packages,
  });
}

/** The broker writes the reason of a failed start into this file only, in front of the words BOOT FAILED. */
const readLog = sh`sed -n 's/^[0-9-]* [0-9:.+]* \\[error\\] <[0-9.]*> *//p' /var/log/rabbitmq/rabbitmq-server.log |
tail -n 60 | tac | sed -n '/BOOT FAILED/,$p' | sed 1d | grep . | head -n 8 | tac | cut -c1-300 >&2`;

/** The files of the TLS listeners. */
export function tlsFiles({ tls, certfile, keyfile, cacertfile }: Settings): readonly string[] {
  if (tls.length === 0) return [];
  return [...new Set([certfile, keyfile, cacertfile].filter((path) => path !== undefined))];
}

/** The copies that certbot's role makes have fixed places. */
function usesCertbot({ certfile }: Settings): boolean {
  return certfile !== undefined && /^\/etc\/ssl\/certs\/(?:cert|fullchain)\.pem$/.test(certfile);
}

function validate(settings: Settings, name: string) {
  const { tls, certfile, keyfile, cacertfile } = settings;
  if (tls.length === 0 || certfile === undefined || keyfile === undefined) return {};
  const groups = sharedGroups(settings);
  return {
    validate: checkTlsPair({
      certfile,
      keyfile,
      groups,
      ...(cacertfile === undefined ? {} : { cacertfile }),
      ...(name === '' ? {} : { name }),
    }),
  };
}

/** A key that is shared by ids, `privkey-999:999.pem`, is for the user inside a container; here the service joins its group. */
function sharedGroups({ keyfile }: Settings): readonly string[] {
  const gid = /\/privkey-\d+:(\d+)\.pem$/.exec(keyfile ?? '')?.[1];
  return gid === undefined ? [] : [gid];
}

function declareGroups(settings: Settings): readonly Resource[] {
  const groups = sharedGroups(settings);
  if (groups.length === 0) return [];
  const folder = `/etc/systemd/system/${UNIT}.d`;
  return [
    directory(folder, {}),
    file(`${folder}/gatdeploy.conf`, {
      content: template('rabbitmq/drop-in.conf.hbs', { groups: groups.join(' ') }),
    }),
  ];
}
