/** L54: the broker's certificate has the name that Pulsar looks for it by. */
import { covers, isDomain } from '../facts/certificate.ts';
import { speaksTls } from '../facts/client.ts';
import { textOf } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';

export const certificateName: Rule = {
  id: 'L54',
  severity: 'E',
  title: "The host in `message_queue_url` is one of the names on the broker's certificate",
  why: 'gatdeploy lets Pulsar check the name, so with another one it never connects.',
  fix: 'Use a name of `certbot_domains`, or add this one there.',
  check: ({ clients, certificateOf }) =>
    clients.flatMap((client) => {
      const { pulsar, url, broker, view, at } = client;
      const certificate = broker && certificateOf(broker.view);
      const file = broker?.files.get('certfile')?.path;
      if (!pulsar || !url || !certificate || !file?.startsWith('/etc/ssl/certs/')) return [];
      const isChecked = url.tlsByQuery && textOf(view.node('pulsar_amqp_verify')) !== 'as-written';
      if (!speaksTls(client) || !isChecked || !isDomain(url.host) || covers(certificate, url.host)) return [];
      return [
        {
          message: `Pulsar on ${view.host} connects to ${url.host}, but the broker's certificate is for ${certificate.domains.join(', ')}`,
          at: [at, certificate.view.defined('certbot_domains')],
          fix: `certbot_domains: add \`- ${url.host}\``,
          hosts: [view.host, certificate.view.host],
        },
      ];
    }),
};
