/** L13: Pulsar gets a URL of Galaxy that it can reach. */
import { covers } from '../facts/certificate.ts';
import { type Client, isLocal } from '../facts/client.ts';
import type { ProjectFacts } from '../facts/facts-of-project.ts';
import type { HostView } from '../facts/host-view.ts';
import { isKnown, part, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const galaxyUrl: Rule = {
  id: 'L13',
  severity: 'E',
  title:
    'Each Pulsar runner has a `galaxy_url`, or Galaxy a `galaxy_infrastructure_url`: https, and not localhost',
  why: 'Pulsar fetches inputs from this URL and sends results to it; without one Galaxy tells it http://localhost:8080.',
  fix: 'Set `galaxy_url: "https://{{ inventory_hostname }}"` on the runner.',
  check: (facts) => facts.clients.flatMap((client) => checkClient(client, facts)),
};

function checkClient({ runner, galaxy, view, label }: Client, facts: ProjectFacts): readonly Found[] {
  if (!runner || !galaxy) return [];
  const own = part(runner.params, 'galaxy_url');
  const node = own ?? part(galaxy.options, 'galaxy_infrastructure_url');
  if (node && !isKnown(node)) return [];
  const name = own ? `galaxy_url of ${label}` : 'galaxy_infrastructure_url';
  const at = node?.position ?? runner.at;
  const rest = { at: [at], hosts: [view.host] };
  const problem = problemOf(textOf(node), name);
  if (problem !== undefined) return [{ message: problem, fix: `galaxy_url: "https://${view.host}"`, ...rest }];
  return strangerOf(textOf(node) ?? '', view, facts).map((host) => ({
    severity: 'W',
    message: `${name} is at ${host}, which is no name on the certificate of ${view.host}: Pulsar would not trust it`,
    fix: `galaxy_url: "https://${facts.certificateOf(view)?.domains[0] ?? view.host}"`,
    ...rest,
  }));
}

/** A host that neither the certificate nor the inventory knows; another web server may stand before Galaxy. */
function strangerOf(url: string, view: HostView, facts: ProjectFacts): readonly string[] {
  const host = /^\w+:\/\/\[?([^/:\]]*)/.exec(url)?.[1]?.toLowerCase() ?? '';
  const certificate = facts.certificateOf(view);
  if (!certificate || covers(certificate, host) || facts.hostNamed(host, view) !== undefined) return [];
  return [host];
}

function problemOf(text: string | undefined, name: string): string | undefined {
  if (text === undefined || text === '')
    return `there is neither a galaxy_url on the runner nor a galaxy_infrastructure_url, so Pulsar is told to use http://localhost:8080`;
  const [, scheme = '', host = ''] = /^(\w+):\/\/\[?([^/:\]]*)/.exec(text) ?? [];
  if (host === '') return `${name} is ${text}, which names no host; expected https://HOST`;
  if (isLocal(host)) return `${name} is ${text}, which on Pulsar's host means Pulsar's host`;
  return scheme === 'https'
    ? undefined
    : `${name} is ${text}: files and job keys would travel unencrypted; expected https`;
}
