/** Pulsar's unit. It starts only when its queue is there: a refused login ends its consumers for good, yet the unit stays active. */
import type { AmqpUrl } from '../../base/amqp-url.ts';
import { amqp } from '../../base/capability.ts';
import { type Script, sh, steps } from '../../base/shell.ts';
import { template } from '../../render/template.ts';
import { existingFile, file, type Resource, service } from '../../resources/index.ts';
import type { HostContext } from '../role.ts';
import { brokerOf, queueOf } from './app-config.ts';
import { queueNames } from './consumers.ts';
import type { Layout } from './layout.ts';
import { importCommand } from './python.ts';
import { checkServer, serverCommand } from './server.ts';
import type { PulsarValues } from './vars.ts';
import { pulsarWork } from './work.ts';

/** Declares the unit and its service, which loads all of `loads` when it starts. */
export function declareService(
  v: PulsarValues,
  host: HostContext,
  parts: { readonly layout: Layout; readonly loads: readonly Resource[]; readonly after: readonly Resource[] },
): readonly Resource[] {
  const { layout } = parts;
  const unit = file(`/etc/systemd/system/${layout.unit}`, {
    content: template('pulsar/pulsar.service.hbs', unitValues(v, layout)),
  });
  const queue = queueOf(v, host);
  const broker = queue && (brokerOf(queue, host) ?? queue.host);
  const requires = queue && broker ? [amqp(broker, queue.vhost, queue.user)] : [];
  const pem = pemOf(v);
  const running = v.pulsar_systemd_state !== 'stopped';
  const work = pulsarWork(v, layout.unit);
  const daemon = service(layout.unit, {
    running,
    enabled: v.pulsar_systemd_enabled,
    loads: [unit, ...parts.loads, ...pem],
    after: parts.after,
    validate: steps(importCommand(v, layout), checkServer(v, layout)),
    ready: ready(layout, socketOf(v, queue), queue),
    ...(queue && running ? { broken: quitConsumers(layout.unit, socketOf(v, queue), queueNames(v).length) } : {}),
    ...(work ? { work } : {}),
    requires,
  });
  return [unit, ...pem, daemon];
}

/** So much of the journal is read in a moment. */
const RECENT_LINES = 20_000;

/**
 * What ends consumers for good, such as a refused login, only the journal tells. One that sends has a connection more, so
 * all of the journal is read only when some are missing. A broker that is merely down is no reason: Pulsar comes back from that.
 */
function quitConsumers(unit: string, socket: Script, wanted: number): Script {
  return sh`gd_pid=$(systemctl show -p MainPID --value -- ${unit})
test "$gd_pid" != 0 || exit 0
gd_lines=all
test "$(${socket} | grep -c "pid=$gd_pid,")" -lt ${wanted} || gd_lines=${RECENT_LINES}
gd_run=$(systemctl show -p InvocationID --value -- ${unit})
timeout 10 journalctl -q -n "$gd_lines" -o cat _SYSTEMD_INVOCATION_ID="$gd_run" | grep -q ${QUIT} || exit 0
echo 'its consumers have quit, as its journal says'`;
}

/** The web server reads its certificate only when it starts. */
function pemOf(v: PulsarValues): readonly Resource[] {
  return v.pulsar_ssl_pem === undefined || v.pulsar_systemd_runner === 'webless'
    ? []
    : [existingFile(v.pulsar_ssl_pem, {})];
}

/** Pulsar's transport by requests knows only the authorities that come with certifi, not those that the host trusts. */
function trustOf(v: PulsarValues): readonly string[] {
  const isGiven = v.pulsar_systemd_environment.some((one) => /\b(?:REQUESTS|CURL)_CA_BUNDLE=/.test(one));
  return isGiven ? [] : ['REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt'];
}

function unitValues(v: PulsarValues, layout: Layout) {
  const drmaa = v.pulsar_drmaa_library_path;
  const home = v.galaxy_server_dir;
  const environment = [
    ...trustOf(v),
    ...(drmaa === undefined ? [] : [`DRMAA_LIBRARY_PATH=${drmaa}`]),
    ...(home === undefined ? [] : [`GALAXY_HOME=${home}`]),
    ...v.pulsar_systemd_environment,
  ];
  return {
    user: layout.user.name,
    group: layout.group,
    venv: v.pulsar_venv_dir,
    config: v.pulsar_config_dir,
    command: serverCommand(v, layout),
    memory: v.pulsar_systemd_memory_limit,
    environment,
    options: Object.entries(v.pulsar_systemd_service_options).map(([key, value]) => ({ key, value })),
  };
}

/** How a socket looks through which Pulsar gets its jobs: connections to its queue, or a port of its own. */
function socketOf(v: PulsarValues, queue: AmqpUrl | undefined): Script {
  return queue
    ? sh`ss -Htnp state established "( dport = :${queue.port} )"`
    : sh`ss -Hltnp "( sport = :${v.pulsar_port} )"`;
}

/**
 * A broken configuration ends Pulsar after a few seconds, and systemd starts it again and again: so watch it until it
 * has its sockets. One that its queue doesn't let in goes on by itself as soon as it does, so it is not waited for. One
 * whose consumers quit at once won't come back: a message that it can't read does that at each start.
 */
function ready({ unit, starter }: Layout, socket: Script, queue: AmqpUrl | undefined): Script {
  const waits =
    queue &&
    `it waits until ${queue.host} lets ${queue.user} in to ${queue.vhost}, then goes on by itself; so far:`;
  return sh`gd_journal() { timeout 10 journalctl -q -o cat "$@" _SYSTEMD_INVOCATION_ID="$(systemctl show -p InvocationID --value -- ${unit})"; }
gd_waits() { tr '\\0' ' ' <"/proc/$gd_pid/cmdline" 2>/dev/null | grep -qF -- ${starter}; }
gd_try=0
while test "$gd_try" -lt 40; do
gd_try=$((gd_try + 1)); sleep 0.5
gd_pid=$(systemctl show -p MainPID --value -- ${unit})
if test "$gd_pid" = 0; then journalctl -u ${unit} -n 20 -o cat --no-pager >&2; exit 1; fi
if gd_waits; then if test "$gd_try" -ge 16; then break; fi; continue; fi
gd_why=$(gd_journal | grep -A 60 ${QUIT} | grep -E ${LAST_WORDS} | tail -n 1)
if test -n "$gd_why"; then printf 'it runs, but its consumers have quit: %s\\n' "$gd_why" >&2; exit 1; fi
if ${socket} 2>/dev/null | grep -q "pid=$gd_pid,"; then if test -n "\${gd_seen:-}"; then break; fi; gd_seen=1; fi
done
if gd_waits; then
gd_remark ${waits ?? ''} "$(gd_journal -n 1 --grep='will retry: ' | sed 's/^.*will retry: //' | cut -c 1-200)"
fi`;
}

/** What Pulsar says when one of its consumers ends for good, and the line below that tells why. */
const QUIT = 'consumer quitting in problematic fashion';
const LAST_WORDS = '^[A-Za-z_.]+(Error|Exception|Refused|Allowed|Disallowed|NotFound|Failed): ';
