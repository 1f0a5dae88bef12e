/** L17: a Pulsar with a message queue runs without a web server. */
import { usesQueue } from '../facts/pulsar.ts';
import { boolOf, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const webless: Rule = {
  id: 'L17',
  severity: 'E',
  title: '`pulsar_systemd_runner` is `webless` where `message_queue_url` is set',
  why: 'A web server in front of a message queue is one too many: current Pulsars no longer have the default one, and do not start.',
  fix: 'Set `pulsar_systemd_runner: webless`.',
  check: ({ pulsars }) =>
    pulsars.flatMap((pulsar): readonly Found[] => {
      const { view } = pulsar;
      const runner = textOf(view.node('pulsar_systemd_runner'));
      const at = view.valueAt('pulsar_systemd_runner');
      if (!usesQueue(pulsar) || boolOf(view.node('pulsar_systemd')) !== true) return [];
      if (!at && !textOf(view.node('pulsar_site')))
        return [
          {
            severity: 'W',
            message: `pulsar_systemd_runner of ${view.host} is not set: Ansible's role takes paste, a web server, although jobs come over the message queue; gatdeploy takes webless`,
            at: [pulsar.placeOf('message_queue_url')],
            fix: 'pulsar_systemd_runner: webless',
            hosts: [view.host],
          },
        ];
      if (!at || runner === undefined || runner === 'webless') return [];
      return [
        {
          message: `pulsar_systemd_runner of ${view.host} is ${runner}, but jobs come over the message queue; expected webless`,
          at: [at, pulsar.placeOf('message_queue_url')],
          fix: 'pulsar_systemd_runner: webless',
          hosts: [view.host],
        },
      ];
    }),
};
