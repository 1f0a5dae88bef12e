/** What shows that the broker works: its listeners, its certificate, and a real login of each user. */
import { sh } from '../../base/shell.ts';
import { mismatch } from '../../resources/rabbitmq/erlang-pairing.ts';
import type { Check } from '../../verify/check.ts';
import { amqpLogin } from '../../verify/checks/amqp-login.ts';
import { alarmIn, PRINT_ALARMS } from '../../verify/checks/broker-alarm.ts';
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
  if (tlsPort === undefined) return [reached, alarms(host), pairing(host)];
  return [
    reached,
    alarms(host),
    pairing(host),
    keptSecret(host),
    ...served(settings, host, tlsPort),
    ...logins(v, host, tlsPort),
  ];
}

/** With an alarm the broker lets everybody in, but takes no messages. */
function alarms(host: HostContext): Check {
  return {
    id: 'rabbitmq/alarms',
    host: host.name,
    title: 'the broker has memory and disk space enough to take messages',
    asks: 'rabbitmq-diagnostics -q alarms',
    script: PRINT_ALARMS,
    judge({ code, stdout }) {
      const alarm = alarmIn(stdout, host.name);
      if (alarm) return { ok: false, got: alarm.line, fix: alarm.fix };
      if (code === 0) return { ok: true, got: 'no alarms' };
      return {
        ok: false,
        got: (stdout.trim().split('\n').at(-1) ?? '').trim(),
        fix: 'gatdeploy doctor galaxy says what to do',
      };
    },
  };
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
  return [...wanted, ...plain, ...management(v, settings), ...erlangs(v)];
}

/** Whoever reaches these and knows the cookie can do anything in the broker. */
function erlangs(v: RabbitmqValues): readonly Listener[] {
  if (v.rabbitmq_distribution_ip !== '127.0.0.1') return [];
  return [
    { port: 25672, reach: 'loopback', use: "the broker's Erlang" },
    { port: 4369, reach: 'loopback', use: "Erlang's port mapper" },
  ];
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

/** The distribution's packages fit; those of other repositories move on, each by itself. */
function pairing(host: HostContext): Check {
  return {
    id: 'rabbitmq/erlang',
    host: host.name,
    title: 'the installed Erlang is one that the installed RabbitMQ runs on',
    asks: 'dpkg-query -W rabbitmq-server erlang-base',
    script: sh`dpkg-query -W -f '\${Package} \${Version}\n' rabbitmq-server erlang-base`,
    judge({ stdout }) {
      const version = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(stdout)?.[1] ?? '';
      const [rabbitmq, erlang] = [version('rabbitmq-server'), version('erlang-base')];
      const wrong = mismatch(rabbitmq, erlang);
      return wrong === undefined
        ? { ok: true, got: `RabbitMQ ${rabbitmq}, Erlang ${erlang || 'of no package'}` }
        : {
            ok: false,
            got: wrong,
            fix: 'set rabbitmq_version and rabbitmq_erlang_version to two that go together',
          };
    },
  };
}

/** A private key as Erlang prints it: its bytes, or a record with its numbers, on the same line or on the next ones. */
export const KEY_IN_LOG = [
  `PrivateKey[A-Za-z]*',.{0,80}<<48,`,
  '<<48,119,2,1,1,4,32,',
  '<<48,129,13[0-9],2,1,0,48,19,',
  `'(EC|RSA|DSA)PrivateKey'(,([0-9]|'two-prime'|'multi')|\\{)`,
].join('|');

/** Reports of crashes of handshakes, as with a broken certificate, hold the private key byte by byte. */
function keptSecret(host: HostContext): Check {
  return {
    id: 'rabbitmq/log',
    host: host.name,
    title: 'no log of the broker holds its private key',
    asks: 'grep for the first bytes of a key in /var/log/rabbitmq/*.log',
    script: sh`timeout 60 grep -lE -e ${KEY_IN_LOG} /var/log/rabbitmq/*.log* 2>/dev/null || true`,
    judge({ stdout }) {
      const files = stdout.trim().split('\n').filter(Boolean);
      return files.length === 0
        ? { ok: true, got: 'none does' }
        : {
            ok: false,
            got: files.join(', '),
            fix: `get a new certificate with a new key, then: ssh ${host.name} sudo rm ${files.join(' ')}`,
          };
    },
  };
}
