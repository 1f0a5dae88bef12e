/** L14: the name of Galaxy's host is set, and means Galaxy's host. */
import { isLocal } from '../facts/client.ts';
import type { ProjectFacts } from '../facts/facts-of-project.ts';
import { type Pulsar, usesQueue } from '../facts/pulsar.ts';
import { isKnown, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const names: Rule = {
  id: 'L14',
  severity: 'E',
  title:
    '`galaxy_server_hostname` (or the host in `message_queue_url`) is a name of the broker, not blank or localhost',
  why: 'Pulsar looks for the message queue at this name. In the tutorial it is a blank to be filled in.',
  fix: 'Set `galaxy_server_hostname: "{{ groups[\'galaxyservers\'][0] }}"`.',
  check: (facts) => facts.pulsars.flatMap((pulsar) => checkPulsar(pulsar, facts)),
};

function checkPulsar(pulsar: Pulsar, facts: ProjectFacts): readonly Found[] {
  const { view } = pulsar;
  const node = view.node('galaxy_server_hostname');
  const client = facts.clients.find((one) => one.pulsar === pulsar);
  const at = [node ? view.valueAt('galaxy_server_hostname') : undefined, client?.at];
  const rest = { at, fix: `galaxy_server_hostname: "${suggestion(facts)}"`, hosts: [view.host] };
  const isBlank = isKnown(node) && (textOf(node) ?? '').trim() === '' && !client?.url?.host;
  if (isBlank)
    return [
      {
        message: `galaxy_server_hostname of ${view.host} is blank: Pulsar would not know where the message queue is`,
        ...rest,
      },
    ];
  const host = usesQueue(pulsar) ? client?.url?.host : undefined;
  if (host === '') return [{ message: `message_queue_url of ${view.host} names no host`, ...rest }];
  if (host !== undefined && !isLocal(host))
    return ofNobody(pulsar, host, facts).map((one) => ({ ...rest, ...one }));
  if (host === undefined || facts.brokers.some((one) => one.view.host === view.host)) return [];
  return [
    {
      message: `message_queue_url of ${view.host} means ${host}, but there is no broker on that machine itself`,
      ...rest,
    },
  ];
}

/** A name that neither inventory nor certificates have, while a broker of the project waits for just this login. */
function ofNobody(
  pulsar: Pulsar,
  host: string,
  facts: ProjectFacts,
): readonly Pick<Found, 'message' | 'severity'>[] {
  const url = facts.clients.find((one) => one.pulsar === pulsar)?.url;
  if (!url || facts.hostNamed(host, pulsar.view) !== undefined) return [];
  const meant = facts.brokers.find(({ users }) =>
    users.some((one) => one.user === url.user && one.vhost === url.vhost),
  );
  if (!meant) return [];
  return [
    {
      severity: 'W',
      message: `message_queue_url of ${pulsar.view.host} goes to ${host}, which is no host of this project, while the broker on ${meant.view.host} has its user and virtual host`,
    },
  ];
}

function suggestion({ brokers, galaxies }: ProjectFacts): string {
  const view = brokers[0]?.view ?? galaxies[0]?.view;
  return view?.host ?? "{{ groups['galaxyservers'][0] }}";
}
