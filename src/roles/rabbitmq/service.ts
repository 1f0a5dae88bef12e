/** The broker's process: what it loads when it starts, what it reads again, and what must hold before it may start. */
import { certificate, osUser } from '../../base/capability.ts';
import { sh } from '../../base/shell.ts';
import { template } from '../../render/template.ts';
import {
  aptPackage,
  aptRepository,
  directory,
  existingFile,
  file,
  type Resource,
  rabbitmqPlugins,
  service,
} from '../../resources/index.ts';
import { tellBroker } from '../../resources/rabbitmq/broker.ts';
import { checkTlsPair } from '../../resources/rabbitmq/tls-pair.ts';
import type { HostContext } from '../role.ts';
import { renderConfig, type Settings } from './config.ts';
import { pluginFiles, wantedPlugins } from './plugins.ts';
import type { RabbitmqValues } from './vars.ts';

export const UNIT = 'rabbitmq-server.service';

/** Declares the package, which must not start the broker before its configuration is there. */
export function declarePackage(v: RabbitmqValues, host: HostContext): readonly Resource[] {
  const isRepository = v.rabbitmq_install_method === 'repository';
  const repository = isRepository
    ? [
        aptRepository('rabbitmq', {
          lines: v.rabbitmq_apt_repository,
          ...(v.rabbitmq_apt_key === undefined ? {} : { key: v.rabbitmq_apt_key }),
        }),
      ]
    : [];
  const server = aptPackage('rabbitmq-server', {
    holdUnits: [UNIT],
    after: repository,
    provides: [osUser(host.name, 'rabbitmq')],
    ...(isRepository && v.rabbitmq_version !== undefined ? { version: v.rabbitmq_version } : {}),
  });
  return [...repository, server, aptPackage('openssl', {})];
}

/** Declares files, plugins and the service, which is the last. */
export function declareBroker(
  v: RabbitmqValues,
  host: HostContext,
  { settings, packages }: { readonly settings: Settings; readonly packages: readonly Resource[] },
): readonly Resource[] {
  const config = file('/etc/rabbitmq/rabbitmq.conf', {
    content: renderConfig(settings.lines),
    group: 'rabbitmq',
    mode: '0640',
    after: packages,
  });
  const classic = file('/etc/rabbitmq/rabbitmq.config', { absent: true, after: packages });
  const files = pluginFiles(v, packages);
  const plugins = rabbitmqPlugins('/etc/rabbitmq/enabled_plugins', {
    plugins: wantedPlugins(v),
    after: [...packages, ...files],
  });
  const limits = declareGroups(settings);
  const tls = tlsFiles(settings).map((path) => existingFile(path, { after: packages }));
  const broker = service(UNIT, {
    loads: [...packages.filter((one) => one.name === 'rabbitmq-server'), config, classic, ...limits],
    rereads: tls,
    reload: tellBroker(['ssl:clear_pem_cache()']),
    explain: readLog,
    after: [plugins, ...files],
    requires: settings.tls.length > 0 && usesCertbot(settings) ? [certificate(host.name)] : [],
    ...validate(settings),
  });
  return [config, classic, ...files, plugins, ...limits, ...tls, broker];
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

function validate(settings: Settings) {
  const { tls, certfile, keyfile, cacertfile } = settings;
  if (tls.length === 0 || certfile === undefined || keyfile === undefined) return {};
  const groups = sharedGroups(settings);
  return {
    validate: checkTlsPair({ certfile, keyfile, groups, ...(cacertfile === undefined ? {} : { cacertfile }) }),
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
