/** L05: the virtual hosts of users are among those that are declared. */
import { didYouMean } from '../../base/did-you-mean.ts';
import type { Rule } from '../rule.ts';

export const vhostCreated: Rule = {
  id: 'L05',
  severity: 'E',
  title: 'The virtual host of each entry of `rabbitmq_users` is in `rabbitmq_vhosts`',
  why: "Ansible's role fails at this user. gatdeploy makes the virtual host, which with a slip of the pen is one that nobody uses.",
  fix: 'Add it to `rabbitmq_vhosts`, or correct the entry.',
  stops: false,
  check: ({ brokers }) =>
    brokers
      .filter(({ era, vhosts }) => era === 'list' || (era === 'none' && vhosts.length > 0))
      .flatMap(({ view, vhosts, users }) =>
        users
          .filter(({ vhost }) => vhost !== '/' && !vhosts.some((one) => one.name === vhost))
          .map(({ user, vhost, placeOf }) => {
            const names = vhosts.map((one) => one.name);
            const near = didYouMean(vhost, names);
            return {
              message: `the user ${user} gets rights on ${vhost}, which rabbitmq_vhosts does not declare: it ${names.length > 0 ? `has ${names.join(', ')}` : 'is empty'}`,
              at: [placeOf('vhost'), vhosts[0]?.at],
              fix: near === undefined ? `rabbitmq_vhosts: add \`- ${vhost}\`` : `vhost: ${near}`,
              hosts: [view.host],
            };
          }),
      ),
};
