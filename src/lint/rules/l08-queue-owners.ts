/** L08: each Pulsar has a runner of its own, and no other Pulsar takes its jobs. */
import { type Client, isSameQueue } from '../facts/client.ts';
import { isKnown, part, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const queueOwners: Rule = {
  id: 'L08',
  severity: 'E',
  title:
    'Each Pulsar has exactly one runner with its virtual host and manager, and shares them with no other Pulsar',
  why: 'Without a runner no job comes. Two Pulsars on one queue take jobs from each other: messages about a job go to the one that does not have it.',
  fix: 'Give each Pulsar a virtual host (or at least a manager name) and a runner of its own.',
  stops: false,
  check: ({ clients, galaxies }) => {
    const pulsars = clients.filter((one) => one.pulsar && one.url);
    const runners = clients.filter((one) => one.runner && one.url);
    const canTell = galaxies.some((one) => one.jobs && !one.jobs.isPartial);
    return [
      ...(canTell ? pulsars.flatMap((one) => withoutRunner(one, runners)) : []),
      ...pairsOf(pulsars).flatMap(([one, other]) => sharing(one, other)),
      ...pairsOf(runners).flatMap(([one, other]) => twice(one, other)),
    ];
  },
};

function withoutRunner(pulsar: Client, runners: readonly Client[]): readonly Found[] {
  const { url } = pulsar;
  if (!url || runners.some((one) => isSameQueue(one, pulsar))) return [];
  // Runners whose broker nobody knows by this name may mean the same one.
  if (!pulsar.broker && runners.some((one) => one.url?.vhost === url.vhost)) return [];
  const others = runners.map((one) => one.url?.vhost).join(', ');
  return [
    {
      message: `no runner of Galaxy sends jobs to ${pulsar.label}: it waits in the virtual host ${url.vhost}, and the runners use ${others || 'none'}`,
      at: [pulsar.at, runners[0]?.at],
      fix: `amqp_url of a PulsarMQJobRunner: virtual host ${url.vhost}`,
      hosts: [pulsar.view.host],
    },
  ];
}

function sharing(one: Client, other: Client): readonly Found[] {
  const manager = sharedManager(one, other);
  return [
    {
      message: `${one.label} and ${other.label} take jobs from the same queues: virtual host ${one.url?.vhost}, manager ${manager}`,
      at: [other.at, one.at],
      fix: `give ${other.view.host} a virtual host, a user and a runner of its own`,
      hosts: [one.view.host, other.view.host],
    },
  ];
}

function twice(one: Client, other: Client): readonly Found[] {
  if (one.view.host !== other.view.host) return isOneGalaxy(one, other) ? [] : [severalGalaxies(one, other)];
  if (one.runner?.id === other.runner?.id) return [];
  return [
    {
      message: `${one.label} and ${other.label} use the same queues: virtual host ${one.url?.vhost}, manager ${one.managers[0]}`,
      at: [other.at, one.at],
      fix: 'take one of them out and let its environments name the other',
      hosts: [one.view.host],
    },
  ];
}

/** Several hosts may serve one Galaxy: they then share a database. Which one it is, only the host may know. */
function isOneGalaxy(one: Client, other: Client): boolean {
  const node = ({ galaxy }: Client) => part(galaxy?.options, 'database_connection');
  const database = (client: Client) => textOf(node(client)) ?? '';
  if ([one, other].some((client) => node(client) && !isKnown(node(client)))) return true;
  const isElsewhere = /:\/\/[^/?]*@?[\w.-]+[:/]/.test(database(one)) && !/localhost|host=\//.test(database(one));
  return isElsewhere && database(one) === database(other);
}

function severalGalaxies(one: Client, other: Client): Found {
  return {
    message: `${one.view.host} and ${other.view.host} are two Galaxies with the same queues, virtual host ${one.url?.vhost} and manager ${one.managers[0]}: each takes messages about jobs of the other`,
    at: [other.at, one.at],
    fix: `give ${other.view.host} a virtual host (or a manager) of its own`,
    hosts: [one.view.host, other.view.host],
  };
}

function sharedManager(one: Client, other: Client): string | undefined {
  return isSameQueue(one, other) ? one.managers.find((name) => other.managers.includes(name)) : undefined;
}

/** Each with the one before it that has its queues, so that a hundred are told by 99 findings. */
function pairsOf(clients: readonly Client[]): readonly (readonly [Client, Client])[] {
  return clients.flatMap((other, index) => {
    const one = clients.slice(0, index).find((before) => sharedManager(before, other) !== undefined);
    return one ? [[one, other] as const] : [];
  });
}
