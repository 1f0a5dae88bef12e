/** L20: clients that check the broker's certificate can trust it. */
import { type Client, speaksTls } from '../facts/client.ts';
import { part, textOf } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';
import { amqpPin } from './l56-amqp-pin.ts';

export const trust: Rule = {
  id: 'L20',
  severity: 'E',
  title: "The broker's certificate comes from an authority that its clients trust",
  why: 'amqp since 5.0.3 checks the chain: with a certificate of the staging authority it never connects, and tries for ever.',
  fix: 'Set `certbot_environment: production`, or bring the authority into the trust store of each client host.',
  stops: false,
  check: ({ clients, certificateOf }) =>
    clients.flatMap((client) => {
      const certificate = client.broker && certificateOf(client.broker.view);
      if (!certificate?.untrusted || !speaksTls(client) || !isChecked(client)) return [];
      const { by, variable, fix } = certificate.untrusted;
      const { view } = certificate;
      return [
        {
          message: `${client.label} checks the broker's certificate, which is signed by ${by}: nobody trusts that unless its root is installed on ${client.view.host}`,
          at: [view.valueAt(variable) ?? view.defined('certbot_domains'), client.at],
          fix,
          hosts: [client.view.host, view.host],
        },
      ];
    }),
};

/** Whether the client checks with the system's store. */
function isChecked(client: Client): boolean {
  const { options, pulsar } = client;
  if (part(options, 'amqp_connect_ssl_ca_certs') && !client.url?.tlsByQuery) return false;
  if (textOf(part(options, 'amqp_connect_ssl_cert_reqs')) === 'cert_none' && !client.url?.tlsByQuery) return false;
  if (!pulsar) return true;
  const asWritten = textOf(pulsar.view.node('pulsar_amqp_verify')) === 'as-written';
  const ownStore = pulsar.view.defined('pulsar_ca_certificates') !== undefined;
  return asWritten ? amqpPin(pulsar) === undefined : !ownStore;
}
