/**
 * Erlang's own ports, 25672 for nodes and rabbitmqctl and 4369 for their addresses: kept to the host itself. The node keeps
 * its name, which its database goes by; a file tells Erlang alone that this name is the host itself. See rabbitmq.com,
 * "Networking", "Inter-node Communication"; systemd.socket(5).
 */
import { sh } from '../../base/shell.ts';
import { command, directory, edit, file, type Resource } from '../../resources/index.ts';
import type { HostContext } from '../role.ts';
import type { RabbitmqValues } from './vars.ts';

const ENVIRONMENT = '/etc/rabbitmq/rabbitmq-env.conf';
const NAMES = '/etc/rabbitmq/erl_inetrc';
const SOCKET = '/etc/systemd/system/epmd.socket.d';
const LOOPBACK = '127.0.0.1';

/** What is there before the packages, so that no port is open on all addresses even for a moment. */
export function declareSocket(v: RabbitmqValues): readonly Resource[] {
  const path = `${SOCKET}/gatdeploy.conf`;
  if (v.rabbitmq_distribution_ip !== LOOPBACK) return [file(path, { absent: true })];
  const folder = directory(SOCKET, {});
  return [
    folder,
    file(path, { content: `# Made by gatdeploy.\n[Socket]\nListenStream=\nListenStream=${LOOPBACK}:4369\n` }),
  ];
}

/** What the broker and its tools read when they start. */
export function declareDistribution(
  v: RabbitmqValues,
  host: HostContext,
  after: readonly Resource[],
): readonly Resource[] {
  const isLocal = v.rabbitmq_distribution_ip === LOOPBACK;
  const known = [host.facts.hostname.split('.')[0] ?? '', 'localhost'].filter(Boolean);
  const names = isLocal
    ? file(NAMES, {
        content: `%% Made by gatdeploy.\n{lookup, [file, native]}.\n{host, {127,0,0,1}, [${known.map((name) => JSON.stringify(name)).join(', ')}]}.\n`,
        after,
      })
    : file(NAMES, { absent: true });
  const environment = edit(`${ENVIRONMENT}: addresses`, {
    path: ENVIRONMENT,
    create: true,
    looseFor: 'root',
    edit: (text) => withBlock(text, isLocal ? LOCAL : []),
    after,
  });
  return [names, environment, listenAnew(isLocal, after)];
}

/** Erlang finds the file by its own variable: RabbitMQ's releases take quotes in arguments in different ways. */
const LOCAL = [
  `export ERL_EPMD_ADDRESS=${LOOPBACK}`,
  `export ERL_INETRC=${NAMES}`,
  "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'",
];
const BEGIN = "# gatdeploy: Erlang's own ports (rabbitmq_distribution_ip)";
const END = '# gatdeploy: end';

/** Puts lines between gatdeploy's own marks at the end of a text; without lines the marks go, too. */
export function withBlock(text: string, lines: readonly string[]): string {
  const at = text.indexOf(BEGIN);
  const end = text.indexOf(END, at);
  const rest = at < 0 || end < 0 ? text : text.slice(0, at) + text.slice(end + END.length).replace(/^\n/, '');
  if (lines.length === 0) return rest;
  const gap = rest === '' || rest.endsWith('\n') ? '' : '\n';
  return `${rest}${gap}${[BEGIN, ...lines, END].join('\n')}\n`;
}

/** The package starts epmd's socket, by whatever file is there; a change of it counts once the socket is opened anew. */
function listenAnew(isLocal: boolean, after: readonly Resource[]): Resource {
  const others = sh`ss -Hltn 'sport = 4369' | awk '{print $4}' | grep -qv '^127[.]'`;
  return command("epmd's address", {
    unless: sh`${isLocal ? sh`! ${others}` : others} || ! systemctl is-active -q epmd.socket`,
    run: sh`systemctl daemon-reload
systemctl stop epmd.service epmd.socket
systemctl start epmd.socket`,
    after,
  });
}
