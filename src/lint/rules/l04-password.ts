/** L04: the password of a URL is the broker user's. */
import { fingerprint } from '../facts/broker.ts';
import type { Rule } from '../rule.ts';
import { escapingProblems } from './l07-escaping.ts';

export const password: Rule = {
  id: 'L04',
  severity: 'E',
  title: 'The password of each URL is the one that the broker has',
  why: 'The broker refuses the login (403 ACCESS_REFUSED); setting it right later needs a restart of Galaxy and Pulsar.',
  fix: 'Use the same vault variable on both sides.',
  check: ({ clients }) =>
    clients.flatMap((client) => {
      const { url, broker } = client;
      const given = url?.password.reveal();
      const entries = broker?.users.filter((one) => one.user === url?.user && one.password !== undefined) ?? [];
      const entry = entries.find((one) => one.vhost === url?.vhost) ?? entries[0];
      if (!url || !broker || !entry || given === undefined || given === '') return [];
      if (given === entry.password || escapingProblems(client).some((one) => one.part === 'password')) return [];
      return [
        {
          message: `the password of ${url.user} for ${client.label} (mark-${fingerprint(given)}) is not the one that the broker on ${broker.view.host} gets (mark-${fingerprint(entry.password ?? '')})`,
          at: [client.at, entry.placeOf('password')],
          fix: 'use the same variable on both sides, such as {{ vault_rabbitmq_password_vhost }}',
          hosts: [client.view.host, broker.view.host],
        },
      ];
    }),
};
