/** Pulsar's unit. It starts only when its queue is there: a refused login ends its consumers for good, yet the unit stays active. */
import { amqp } from '../../base/capability.ts';
import { type Script, sh, steps } from '../../base/shell.ts';
import { template } from '../../render/template.ts';
import { command, file, type Resource, service } from '../../resources/index.ts';
import type { HostContext } from '../role.ts';
import { queueOf } from './app-config.ts';
import { queueNames } from './consumers.ts';
import type { Layout } from './layout.ts';
import { importCommand } from './python.ts';
import type { PulsarValues } from './vars.ts';

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
  const broker = queue && (host.hostByAddress(queue.host) ?? queue.host);
  const requires = queue && broker ? [amqp(broker, queue.vhost, queue.user)] : [];
  const running = v.pulsar_systemd_state !== 'stopped';
  const daemon = service(layout.unit, {
    running,
    enabled: v.pulsar_systemd_enabled,
    loads: [unit, ...parts.loads],
    after: parts.after,
    validate: importCommand(v, layout),
    ready: ready(layout.unit, queue?.port),
    requires,
  });
  const alive =
    queue && running ? [revival(layout.unit, queue.port, { wanted: queueNames(v).length, after: daemon })] : [];
  return [unit, daemon, ...alive];
}

/**
 * Restarts a Pulsar whose consumers have quit, which only its journal tells. While it has all its connections the
 * journal isn't asked; a broker that is merely down is not a reason, as Pulsar comes back from that by itself.
 */
function revival(
  unit: string,
  port: number,
  { wanted, after }: { readonly wanted: number; readonly after: Resource },
): Resource {
  const connected = sh`ss -Htnp state established "( dport = :${port} )" | grep -c "pid=$gd_pid,"`;
  const fine = sh`gd_pid=$(systemctl show -p MainPID --value -- ${unit})
test "$gd_pid" != 0 || exit 0
test "$(${connected})" -lt ${wanted} || exit 0
gd_run=$(systemctl show -p InvocationID --value -- ${unit})
! timeout 10 journalctl -q -n 1 -o cat --grep=${'consumer quitting in problematic fashion'} _SYSTEMD_INVOCATION_ID="$gd_run" | grep -q .`;
  return command(`consumers of ${unit}`, {
    unless: fine,
    // Another reason may have restarted it since the plan.
    run: steps(sh`if ( ${fine} ); then exit 0; fi`, sh`systemctl restart -- ${unit}`, ready(unit, port)),
    after: [after],
    requires: after.props.requires ?? [],
  });
}

/** Directly, not by its start script: the script would be stopped before Pulsar, which then is killed. */
function commandOf(v: PulsarValues): string {
  const bin = `${v.pulsar_venv_dir}/bin`;
  if (v.pulsar_systemd_runner === 'webless') return `${bin}/pulsar-main -c ${v.pulsar_config_dir}`;
  if (v.pulsar_systemd_runner === 'uwsgi') return `${bin}/uwsgi --ini-paste ${v.pulsar_config_dir}/server.ini`;
  return `${bin}/pulsar-serve ${v.pulsar_config_dir}/server.ini`;
}

function unitValues(v: PulsarValues, layout: Layout) {
  const drmaa = v.pulsar_drmaa_library_path;
  const home = v.galaxy_server_dir;
  const environment = [
    ...(drmaa === undefined ? [] : [`DRMAA_LIBRARY_PATH=${drmaa}`]),
    ...(home === undefined ? [] : [`GALAXY_HOME=${home}`]),
    ...v.pulsar_systemd_environment,
  ];
  return {
    user: layout.user.name,
    group: layout.group,
    venv: v.pulsar_venv_dir,
    config: v.pulsar_config_dir,
    command: commandOf(v),
    memory: v.pulsar_systemd_memory_limit,
    environment,
    options: Object.entries(v.pulsar_systemd_service_options).map(([key, value]) => ({ key, value })),
  };
}

/**
 * A broken configuration ends Pulsar within two seconds, and systemd starts it again and again: so watch it for a
 * moment, at most until it is connected to its queue. Whether it consumes is for the checks to find out.
 */
function ready(unit: string, port: number | undefined): Script {
  const connected =
    port === undefined
      ? sh`false`
      : sh`ss -Htnp state established "( dport = :${port} )" | grep -q "pid=$gd_pid,"`;
  return sh`gd_try=0
while test "$gd_try" -lt 12; do
gd_try=$((gd_try + 1)); sleep 0.5
gd_pid=$(systemctl show -p MainPID --value -- ${unit})
if test "$gd_pid" = 0; then journalctl -u ${unit} -n 20 -o cat --no-pager >&2; exit 1; fi
if ${connected} 2>/dev/null; then break; fi
done`;
}
