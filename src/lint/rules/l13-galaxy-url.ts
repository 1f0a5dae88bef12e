/** L13: Pulsar gets a URL of Galaxy that it can reach. */
import { type Client, isLocal } from '../facts/client.ts';
import { isKnown, part, placeOf, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const galaxyUrl: Rule = {
  id: 'L13',
  severity: 'E',
  title:
    'Each Pulsar runner has a `galaxy_url`, or Galaxy a `galaxy_infrastructure_url`: https, and not localhost',
  why: 'Pulsar fetches inputs from this URL and sends results to it; without one Galaxy tells it http://localhost:8080.',
  fix: 'Set `galaxy_url: "https://{{ inventory_hostname }}"` on the runner.',
  check: ({ clients }) => clients.flatMap(checkClient),
};

function checkClient({ runner, galaxy, view, label }: Client): readonly Found[] {
  if (!runner || !galaxy) return [];
  const own = part(runner.params, 'galaxy_url');
  const node = own ?? part(galaxy.options, 'galaxy_infrastructure_url');
  if (node && !isKnown(node)) return [];
  const problem = problemOf(textOf(node), own ? `galaxy_url of ${label}` : 'galaxy_infrastructure_url');
  if (problem === undefined) return [];
  const at = own ? placeOf(runner.params, 'galaxy_url') : (node?.position ?? runner.at);
  return [{ message: problem, at: [at], fix: `galaxy_url: "https://${view.host}"`, hosts: [view.host] }];
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
