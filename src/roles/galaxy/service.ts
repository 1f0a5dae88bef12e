/** Galaxy's processes: units by gravity, restarted when what they have loaded is no longer what is on disk. */

import type { AmqpUrl } from '../../base/amqp-url.ts';
import { amqp, database } from '../../base/capability.ts';
import { type Script, sh, steps } from '../../base/shell.ts';
import {
  directory,
  file,
  gravityProcesses,
  gravityUnits,
  type Resource,
  reload,
  type ServiceWork,
  service,
} from '../../resources/index.ts';
import { ofRuns } from '../../verify/journal.ts';
import type { HostContext } from '../role.ts';
import { bindOf, gravityOf } from './config.ts';
import { type Dict, partOf, textOf } from './dicts.ts';
import { gravityWithoutUser, supervisorUnsupported } from './errors.ts';
import type { Layout } from './layout.ts';
import { TARGET, UNITS, WEB_UNIT } from './units.ts';
import type { GalaxyValues } from './vars.ts';

export type ServiceParts = {
  readonly layout: Layout;
  readonly galaxyYml: Resource;
  /** Everything that Galaxy reads when it starts, galaxy.yml included. */
  readonly loads: readonly Resource[];
  readonly after: readonly Resource[];
  /** Message queues that its runners log in to. */
  readonly queues: readonly AmqpUrl[];
  /** The database on this host that it keeps everything in. */
  readonly database: string | undefined;
  readonly work: ServiceWork | undefined;
};

/** Declares gravity's units and Galaxy's target. @throws GatError role/unsupported-value */
export function declareService(v: GalaxyValues, host: HostContext, parts: ServiceParts): readonly Resource[] {
  const { layout } = parts;
  const gravity = gravityOf(v, layout);
  const manager = String(gravity.get('process_manager'));
  if (manager !== 'systemd') throw supervisorUnsupported(host, manager);
  if (textOf(gravity, 'galaxy_user') === undefined) throw gravityWithoutUser(host, layout.user.name);
  const wrapper = declareWrapper(layout);
  const units = gravityUnits(layout.galaxyYml, {
    venv: layout.venv,
    units: [TARGET, WEB_UNIT],
    from: [parts.galaxyYml],
    after: parts.loads,
  });
  const extra = declareEnvironment(v);
  const target = service(TARGET, {
    limitSeconds: START_SECONDS,
    loads: [...parts.loads, units, ...extra],
    validate: readable(layout),
    ready: ready(gravity),
    ...(parts.queues.length > 0 ? { broken: QUIT_CONSUMERS } : {}),
    ...(parts.work === undefined ? {} : { work: parts.work }),
    after: parts.after,
    requires: [
      ...parts.queues.map((queue) => amqp(brokerOf(queue, host), queue.vhost, queue.user)),
      ...(parts.database === undefined ? [] : [database(host.name, parts.database)]),
    ],
  });
  const web = service(WEB_UNIT, {
    limitSeconds: START_SECONDS,
    enabled: null,
    ready: ready(gravity),
    after: [target],
  });
  const others = gravityProcesses(TARGET, {
    limitSeconds: START_SECONDS,
    except: [WEB_UNIT],
    ready: ready(gravity),
    after: [target, web],
  });
  const folder = extra.length > 0 ? [directory(DROP_INS, {})] : [];
  return [wrapper, units, ...folder, ...extra, target, web, others];
}

/** A Galaxy that somebody else has installed reads its configuration again when that changed; one that isn't there does nothing. */
export function declareReload(layout: Layout, loads: readonly Resource[]): readonly Resource[] {
  const graceful = sh`${`${layout.venv}/bin/galaxyctl`} -c ${layout.galaxyYml} graceful`;
  return ['galaxy.service', TARGET].map((unit) =>
    reload(unit, {
      rereads: loads,
      reload: unit === TARGET ? graceful : sh`systemctl reload-or-restart -- ${unit}`,
    }),
  );
}

/** The inventory name of the broker's host, or the name by which the URL calls it. */
export function brokerOf({ host: name }: AmqpUrl, host: HostContext): string {
  if (/^(?:localhost|127\..*|::1)$/.test(name)) return host.name;
  return host.hostByAddress(name) ?? name;
}

/** `galaxyctl` without having to know where the virtual environment and the configuration are. */
function declareWrapper(layout: Layout): Resource {
  return file('/usr/local/bin/galaxyctl', {
    content: `#!/bin/sh\n# Written by gatdeploy.\nexport GRAVITY_CONFIG_FILE=${layout.galaxyYml}\nexec ${layout.venv}/bin/galaxyctl "$@"\n`,
    settings: true,
    mode: '0755',
  });
}

/** Where systemd looks for additions to all of gravity's units. See systemd.unit(5), "drop-in". */
const DROP_INS = '/etc/systemd/system/galaxy-.service.d';

/** Where they were for the web process alone; one there would win. */
const OLD_DROP_IN = `/etc/systemd/system/${WEB_UNIT}.d/gatdeploy.conf`;

function declareEnvironment(v: GalaxyValues): readonly Resource[] {
  if (v.galaxy_systemd_env.length === 0) return [];
  const lines = v.galaxy_systemd_env.map((one) => `Environment="${one.replaceAll('"', '\\"')}"\n`).join('');
  return [
    file(OLD_DROP_IN, { absent: true }),
    file(`${DROP_INS}/gatdeploy.conf`, {
      content: `# Written by gatdeploy.\n[Service]\n${lines}`,
    }),
  ];
}

/** A configuration that cannot even be read would end a Galaxy that runs. */
function readable({ venv, galaxyYml, user }: Layout): Script {
  return sh`runuser -u ${user.name} -- ${`${venv}/bin/python`} -c 'import sys, yaml; yaml.safe_load(open(sys.argv[1]))' ${galaxyYml}`;
}

/** A refused login, or a virtual host that was not there, ends Galaxy's consumer for good; only its journal tells. */
const QUIT_CONSUMERS = sh`timeout 10 journalctl -q -n 1 -o cat --grep=${'consumer quitting in problematic fashion'} ${ofRuns(UNITS)} | grep -q . || exit 0
echo 'its consumers have quit, as its journal says'`;

/** A start that takes half a minute on a quiet host took more than four on one with ten times the load. */
const START_SECONDS = 900;

/** Galaxy needs half a minute and more until it answers; at its first start it makes the database's schema, too. */
function ready(gravity: Dict): Script {
  const bind = bindOf(gravity);
  const prefix = String(partOf(gravity, 'gunicorn').get('url_prefix') ?? '');
  const at = bind.startsWith('unix:')
    ? sh`--unix-socket ${bind.slice('unix:'.length)} ${`http://localhost${prefix}/api/version`}`
    : sh`${`http://${bind.replace(/^0\.0\.0\.0/, '127.0.0.1')}${prefix}/api/version`}`;
  return steps(
    sh`gd_try=0
gd_restarts=$(systemctl show -p NRestarts --value -- ${WEB_UNIT})
until curl -sf -m 10 -o /dev/null ${at}; do
gd_try=$((gd_try + 1))
gd_now=$(systemctl show -p NRestarts --value -- ${WEB_UNIT})
if test "$gd_try" -ge ${START_SECONDS - 120} -o "$gd_now" -gt $((gd_restarts + 1)); then journalctl -u ${WEB_UNIT} -n 40 -o cat --no-pager >&2; exit 1; fi
sleep 1
done`,
  );
}
