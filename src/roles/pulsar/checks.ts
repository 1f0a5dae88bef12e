/** What shows that Pulsar works: its process, its imports, its secrets, its login, its consumers, the ways to Galaxy. */
import type { AmqpUrl } from '../../base/amqp-url.ts';
import { feed, type Script, sh, steps } from '../../base/shell.ts';
import { template } from '../../render/template.ts';
import type { Check } from '../../verify/check.ts';
import { clock } from '../../verify/checks/clock.ts';
import { closedFiles } from '../../verify/checks/closed-files.ts';
import { freeSpace } from '../../verify/checks/space.ts';
import { tlsHandshake } from '../../verify/checks/tls.ts';
import type { HostContext } from '../role.ts';
import { queueOf } from './app-config.ts';
import { condaCheck } from './conda.ts';
import { consumersCheck } from './consumers.ts';
import { judgeLine, lastLine } from './judge-line.ts';
import { type Layout, layoutOf } from './layout.ts';
import { importCommand } from './python.ts';
import { restChecks } from './rest-checks.ts';
import { fixOfConnection } from './signs.ts';
import type { PulsarValues } from './vars.ts';

/** All checks of Pulsar on a host. */
export function pulsarChecks(v: PulsarValues, host: HostContext): readonly Check[] {
  const layout = layoutOf(v, host);
  const queue = queueOf(v, host);
  // Where jobs come over HTTP, Galaxy brings and takes their files. Else they go to it under the name that its playbook has.
  const galaxy = queue && (host.hostsOf('galaxyservers')[0] ?? v.galaxy_server_hostname);
  const runs = v.pulsar_systemd && v.pulsar_systemd_state !== 'stopped';
  return [
    imports(v, host, layout),
    secretFile(host, layout),
    ...condaCheck(v, host, layout),
    ...surroundings(v, host, layout),
    ...(runs ? [running(host, layout)] : []),
    ...(runs && !queue ? restChecks(v, host, layout) : []),
    ...(queue ? queueChecks(v, host, { layout, queue }) : []),
    ...(galaxy
      ? [
          handshake(host, layout, { id: 'galaxy-tls', name: galaxy, port: 443 }),
          clock({ id: `${layout.unit}/clock`, from: host.name, server: galaxy }),
        ]
      : []),
  ];
}

function queueChecks(
  v: PulsarValues,
  host: HostContext,
  { layout, queue }: { layout: Layout; queue: AmqpUrl },
): readonly Check[] {
  const tls =
    queue.tls || [...v.pulsar_yaml_config_merged.keys()].some((key) => /^amqp_connect_ssl_/.test(String(key)));
  return [
    ...(tls ? [handshake(host, layout, { id: 'broker-tls', name: queue.host, port: queue.port })] : []),
    login(host, layout, queue),
    ...(v.pulsar_systemd && v.pulsar_systemd_state !== 'stopped' ? consumersCheck(v, host, queue) : []),
  ];
}

/** Less than this is soon full of staged files. */
const GIGABYTES = 5;

function surroundings(v: PulsarValues, host: HostContext, layout: Layout): readonly Check[] {
  const old = { id: `${layout.unit}/copies`, host: host.name, files: [layout.appYml] };
  return [
    closedFiles({ ...old, folders: [layout.appYml.replace(/\/[^/]*$/, '')] }),
    freeSpace({ id: `${layout.unit}/space`, host: host.name, path: v.pulsar_root, gigabytes: GIGABYTES }),
  ];
}

function imports(v: PulsarValues, host: HostContext, layout: Layout): Check {
  return {
    id: `${layout.unit}/imports`,
    host: host.name,
    title: `${layout.user.name} can import Pulsar and its optional dependencies`,
    asks: importCommand(v, layout).redacted,
    script: sh`timeout 60 ${importCommand(v, layout)}`,
    judge: ({ code, stderr }) =>
      code === 0
        ? { ok: true, got: 'all are imported' }
        : { ok: false, got: lastLine(stderr), fix: 'apply again; it installs what is missing' },
  };
}

/** Read as others would: by Pulsar's user, and by a user who has nothing to do with it. */
function secretFile(host: HostContext, layout: Layout): Check {
  const script = steps(
    sh`runuser -u ${layout.user.name} -- cat ${layout.appYml} >/dev/null 2>&1 && echo readable || echo unreadable`,
    sh`runuser -u nobody -- cat ${layout.appYml} >/dev/null 2>&1 && echo open || echo closed`,
  );
  return {
    id: `${layout.unit}/app.yml`,
    host: host.name,
    title: `app.yml, which holds a password, can be read by ${layout.user.name} and not by others`,
    asks: `runuser -u ${layout.user.name} -- cat ${layout.appYml}; runuser -u nobody -- cat ${layout.appYml}`,
    script,
    judge({ stdout }) {
      const [own = '', other = ''] = stdout.trim().split('\n');
      const ok = own === 'readable' && other === 'closed';
      const got = `${own} for ${layout.user.name}, ${other} to others`;
      return ok ? { ok, got } : { ok, got, fix: 'apply again; it sets owner, group and mode' };
    },
  };
}

/** Restart=always hides a process that ends again and again, so the counter of restarts is read twice. */
function running(host: HostContext, layout: Layout): Check {
  const show = sh`systemctl show -p ActiveState,SubState,NRestarts -- ${layout.unit} | tr '\n' ' '; echo`;
  return {
    id: `${layout.unit}/running`,
    host: host.name,
    title: `${layout.unit} runs and is not restarted again and again`,
    asks: `systemctl show -p ActiveState,NRestarts ${layout.unit}, twice`,
    script: steps(show, sh`sleep 3`, show),
    judge({ stdout }) {
      const [first = '', second = ''] = stdout.trim().split('\n');
      const restarts = (line: string) => /NRestarts=(\d+)/.exec(line)?.[1] ?? '?';
      const ok =
        /ActiveState=active SubState=running/.test(sorted(second)) && restarts(first) === restarts(second);
      const got = `${second.trim()} (before: ${restarts(first)} restarts)`;
      return ok ? { ok, got } : { ok, got, fix: `ssh ${host.name} journalctl -u ${layout.unit} -n 50` };
    },
  };
}

/** systemctl prints properties in an order of its own. */
function sorted(line: string): string {
  return line
    .trim()
    .split(' ')
    .sort()
    .join(' ')
    .replace(/ NRestarts=\d+/, '');
}

function login(host: HostContext, layout: Layout, queue: AmqpUrl): Check {
  const place = `${queue.host}:${queue.port}`;
  return {
    id: `${layout.unit}/login`,
    host: host.name,
    title: `${queue.user} can log in to ${queue.vhost} at ${place} with what app.yml says`,
    asks: `kombu.Connection(message_queue_url of ${layout.appYml}).connect() as ${layout.user.name}`,
    script: python(layout, 'pulsar/login.py.hbs', [layout.appYml]),
    judge: (output) =>
      judgeLine(
        output,
        fixOfConnection(output.stdout, `see what the broker says: is ${queue.user} declared for ${queue.vhost}?`),
      ),
    patienceMs: 20_000,
  };
}

/** Files go to Galaxy by HTTPS, messages to the broker by AMQPS; both have to be trusted here, and by their names. */
function handshake(
  host: HostContext,
  layout: Layout,
  to: { readonly id: string; readonly name: string; readonly port: number },
): Check {
  const server = {
    id: `${layout.unit}/${to.id}`,
    from: host.name,
    address: to.name,
    port: to.port,
    name: to.name,
  };
  return { ...tlsHandshake(server), patienceMs: 20_000 };
}

/** Runs one of our Python programs with Pulsar's interpreter, as Pulsar's user; the program goes in on standard input. */
function python(layout: Layout, name: string, args: readonly string[]): Script {
  return sh`cd / && ${feed(template(name, {}), sh`timeout 30 runuser -u ${layout.user.name} -- ${layout.python} - ${args}`)}`;
}
