/** What shows that a Pulsar that takes jobs over HTTP takes them from Galaxy, and from nobody else. */
import { feed, type Script, sh } from '../../base/shell.ts';
import { template } from '../../render/template.ts';
import type { Check } from '../../verify/check.ts';
import { listeners } from '../../verify/checks/listeners.ts';
import { tlsHandshake } from '../../verify/checks/tls.ts';
import type { HostContext } from '../role.ts';
import { judgeLine } from './judge-line.ts';
import type { Layout } from './layout.ts';
import { serverOf } from './server.ts';
import type { PulsarValues } from './vars.ts';

/** Checks of its port, its token and its certificate. */
export function restChecks(v: PulsarValues, host: HostContext, layout: Layout): readonly Check[] {
  if (serverOf(v) === 'webless' || (serverOf(v) === 'uwsgi' && v.pulsar_uwsgi_socket !== undefined)) return [];
  return [listening(v, host, layout), token(v, host, layout), ...tls(v, host, layout)];
}

function isLoopback(v: PulsarValues): boolean {
  return /^(?:localhost$|127\.|::1$)/.test(v.pulsar_host);
}

function listening(v: PulsarValues, host: HostContext, layout: Layout): Check {
  const reach = isLoopback(v) ? 'loopback' : 'network';
  const ports = [{ port: v.pulsar_port, reach, use: 'jobs' }] as const;
  return listeners({ id: `${layout.unit}/listener`, host: host.name, of: layout.unit, ports });
}

/** What listens on all addresses is asked on this host's own. */
function addressOf(v: PulsarValues): string {
  const host = /^(?:0\.0\.0\.0|::|\*)$/.test(v.pulsar_host) ? '127.0.0.1' : v.pulsar_host;
  return `${v.pulsar_ssl_pem === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${v.pulsar_port}`;
}

function token(v: PulsarValues, host: HostContext, layout: Layout): Check {
  const address = addressOf(v);
  const asked: Script = sh`timeout 40 runuser -u ${layout.user.name} -- ${layout.python} - ${layout.appYml} ${address}`;
  return {
    id: `${layout.unit}/token`,
    host: host.name,
    title: `${layout.unit} answers those who know its private_token, and nobody else`,
    asks: `curl ${address}/jobs/gatdeploy_probe/status, without a token, with a wrong one, with that of ${layout.appYml}`,
    script: sh`cd / && ${feed(template('pulsar/rest-probe.py.hbs', {}), asked)}`,
    judge: (output) =>
      judgeLine(output, 'set private_token in pulsar_yaml_config, and the same in the environment of Galaxy'),
    patienceMs: 20_000,
  };
}

/** As Galaxy sees it, where it is one of ours and the port is open to it. */
function tls(v: PulsarValues, host: HostContext, layout: Layout): readonly Check[] {
  if (v.pulsar_ssl_pem === undefined) return [];
  const from = isLoopback(v) ? host.name : (host.hostsOf('galaxyservers')[0] ?? host.name);
  const server = { from, address: isLoopback(v) ? '127.0.0.1' : host.name, port: v.pulsar_port, name: host.name };
  return [{ ...tlsHandshake({ id: `${layout.unit}/tls`, ...server }), patienceMs: 20_000 }];
}
