/** L52: a Pulsar that takes jobs over HTTP is not open to everybody. */
import { usesQueue } from '../facts/pulsar.ts';
import { boolOf, textOf } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';

export const openPulsar: Rule = {
  id: 'L52',
  severity: 'E',
  title: 'A Pulsar without a message queue has a `private_token`, and TLS where it listens beyond its own host',
  why: 'Whoever reaches its port can run commands there; the token travels in the address of each request, readable without TLS.',
  fix: 'Set `private_token` in `pulsar_yaml_config`, and `pulsar_ssl_pem`.',
  stops: false,
  check: ({ pulsars }) =>
    pulsars.flatMap((pulsar) => {
      const { view, options } = pulsar;
      // A webless one listens nowhere.
      if (usesQueue(pulsar) || textOf(view.node('pulsar_systemd_runner')) === 'webless') return [];
      if (boolOf(view.node('pulsar_systemd')) !== true) return [];
      const at = [view.defined('pulsar_yaml_config') ?? view.defined('pulsar_root')];
      const hosts = [view.host];
      if (!options.has('private_token'))
        return [
          {
            message: `Pulsar on ${view.host} has neither a message queue nor a private_token: whoever reaches its port can run commands`,
            at,
            fix: 'private_token: "{{ vault_pulsar_token }}"',
            hosts,
          },
        ];
      const listens = textOf(view.node('pulsar_host')) ?? 'localhost';
      if (/^(?:localhost|127\.|::1$)/.test(listens) || view.node('pulsar_ssl_pem')) return [];
      return [
        {
          severity: 'W',
          message: `Pulsar on ${view.host} listens on ${listens} without TLS: its private_token can be read on the way`,
          at: [view.valueAt('pulsar_host')],
          fix: 'pulsar_ssl_pem: /etc/ssl/private/pulsar.pem',
          hosts,
        },
      ];
    }),
};
