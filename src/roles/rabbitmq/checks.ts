/** What shows that the broker works: its listeners, its certificate, and a real login of each user. */
import type { Check } from '../../verify/check.ts';
import { amqpLogin } from '../../verify/checks/amqp-login.ts';
import { type Listener, listeners } from '../../verify/checks/listeners.ts';
import { servedCertificate } from '../../verify/checks/tls.ts';
import type { HostContext } from '../role.ts';
import { accountsOf } from './accounts.ts';
import { type Settings, settingsOf } from './config.ts';
import { wantedPlugins } from './plugins.ts';
import type { RabbitmqValues } from './vars.ts';

/** All checks of the broker on its host; clients check the way to it from their own hosts. */
export function rabbitmqChecks(v: RabbitmqValues, host: HostContext): readonly Check[] {
  const settings = settingsOf(v, host);
  const tlsPort = settings.tls.map(portOf).find((port) => port !== undefined);
  const reached = listeners({
    id: 'rabbitmq/listeners',
    host: host.name,
    of: 'the broker',
    ports: portsOf(v, settings),
  });
  if (tlsPort === undefined) return [reached];
  return [reached, ...served(settings, host, tlsPort), ...logins(v, host, tlsPort)];
}

/** Plain AMQP that nobody asked for must not be open; the management interface only as far as it was asked for. */
function portsOf(v: RabbitmqValues, settings: Settings): readonly Listener[] {
  const wanted = [
    ...settings.tls.map((value) => listenerOf(value, 'AMQP over TLS')),
    ...settings.plain.map((value) => listenerOf(value, 'plain AMQP')),
  ].flatMap((one) => (one ? [one] : []));
  const plain = wanted.some(({ port }) => port === 5672)
    ? []
    : [{ port: 5672, reach: 'nobody' as const, use: 'plain AMQP' }];
  return [...wanted, ...plain, ...management(v, settings)];
}

function management(v: RabbitmqValues, settings: Settings): readonly Listener[] {
  if (!wantedPlugins(v).includes('rabbitmq_management')) return [];
  const value = (key: string) =>
    String(settings.lines.find((line) => line.key === `management.tcp.${key}`)?.value ?? '');
  const port = Number(value('port')) || 15672;
  return [{ port, reach: reachOf(value('ip')), use: 'management' }];
}

function listenerOf(value: string, use: string): Listener | undefined {
  const port = portOf(value);
  return port === undefined ? undefined : { port, reach: reachOf(value.slice(0, value.lastIndexOf(':'))), use };
}

/** `5671`, `0.0.0.0:5671` or `[::1]:5671`; `none` is no port. */
function portOf(value: string): number | undefined {
  const port = /(?:^|:)(\d+)$/.exec(value)?.[1];
  return port === undefined ? undefined : Number(port);
}

function reachOf(address: string): 'loopback' | 'network' {
  return /^(?:127\.|localhost$|\[?::1\]?$)/.test(address) ? 'loopback' : 'network';
}

function served(settings: Settings, host: HostContext, port: number): readonly Check[] {
  if (settings.certfile === undefined) return [];
  return [
    servedCertificate({
      id: 'rabbitmq/certificate',
      from: host.name,
      port,
      name: host.name,
      file: settings.certfile,
    }),
  ];
}

function logins(v: RabbitmqValues, host: HostContext, port: number): readonly Check[] {
  return accountsOf(v, host).flatMap(({ name, password, entries }) =>
    entries.map(({ vhost }) =>
      amqpLogin({
        id: `rabbitmq/login ${name} ${vhost}`,
        from: host.name,
        address: '127.0.0.1',
        port,
        user: name,
        password,
        vhost,
      }),
    ),
  );
}
