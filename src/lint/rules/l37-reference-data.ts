/** L37: Pulsar has the reference data that Galaxy's jobs name. */
import type { Node } from '../../base/node.ts';
import type { HostView } from '../facts/host-view.ts';
import { entriesOf, part, textOf, textsOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const referenceData: Rule = {
  id: 'L37',
  severity: 'W',
  title: "Pulsar hosts have CVMFS where Galaxy's tool data lie on /cvmfs",
  why: 'Jobs get paths on /cvmfs, and fail where nothing is mounted there.',
  fix: 'Add the role galaxyproject.cvmfs to the play of Pulsar, with `cvmfs_role: client`.',
  check: (facts) => {
    const options = facts.galaxies.flatMap((galaxy) => entriesOf(galaxy.options));
    const first = options.find(([, node]) => liesOnCvmfs(node));
    if (!first) return [];
    const [option, node] = first;
    return facts.pulsars.flatMap(({ view }): readonly Found[] => {
      const lack = lackOf(
        view,
        facts.allViews.find((one) => one.host === view.host && one.has('cvmfs')),
      );
      if (!lack) return [];
      const message = `${option} of Galaxy lies on /cvmfs, but ${view.host} ${lack.what}`;
      return [{ message, at: [lack.at, node.position], fix: lack.fix, hosts: [view.host] }];
    });
  },
};

/** Whether a path on CVMFS stands anywhere in a value. */
function liesOnCvmfs(node: Node): boolean {
  if (node.kind === 'list') return node.items.some(liesOnCvmfs);
  if (node.kind === 'dict') return [...node.entries.values()].some(liesOnCvmfs);
  return /(?:^|[,:\s])\/cvmfs\//.test(textOf(node) ?? '');
}

/** What keeps a Pulsar host from having the data. */
function lackOf(view: HostView, client: HostView | undefined) {
  if (!client) {
    const what = 'has no play with the role cvmfs';
    return { what, at: view.play.position, fix: 'roles: add `- galaxyproject.cvmfs`' };
  }
  const role = textOf(client.node('cvmfs_role'));
  const group = client.node('groups');
  const isMember = textsOf(part(group, 'cvmfsclients')).includes(view.host);
  if (role !== 'client' && !isMember) {
    const at = client.valueAt('cvmfs_role') ?? view.play.position;
    return { what: `has cvmfs_role ${role || 'undefined'}`, at, fix: 'cvmfs_role: client' };
  }
  const enabled = textOf(client.node('galaxy_cvmfs_repos_enabled')) ?? '';
  const hasOwn = ['cvmfs_repositories', 'cvmfs_config_repo'].some((name) => client.defined(name));
  if (hasOwn || !/^(?:false|no|off|0)$/i.test(enabled)) return undefined;
  const at = client.valueAt('galaxy_cvmfs_repos_enabled') ?? view.play.position;
  return { what: 'has no repositories enabled', at, fix: 'galaxy_cvmfs_repos_enabled: config-repo' };
}
