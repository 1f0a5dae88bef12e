/** L19: pycurl is compiled for the TLS library whose headers the play installs. */
import type { Node } from '../../base/node.ts';
import type { HostView } from '../facts/host-view.ts';
import { argumentValues, type ModuleTask, moduleName, moduleTasks } from '../facts/play-tasks.ts';
import type { Pulsar } from '../facts/pulsar.ts';
import { isFullyKnown, textOf } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';

export const pycurl: Rule = {
  id: 'L19',
  severity: 'W',
  title: '`pulsar_pycurl_ssl_library` is the library of the libcurl headers that the play installs',
  why: 'Otherwise pycurl, where it is compiled, cannot be imported, and every transfer fails.',
  fix: 'Set it to `openssl` with libcurl4-openssl-dev, to `gnutls` with libcurl4-gnutls-dev.',
  check: ({ pulsars }) =>
    pulsars.flatMap((pulsar) => {
      const { view } = pulsar;
      if (!mayHavePycurl(pulsar)) return [];
      const found = moduleTasks(view.play).flatMap((task) => packagesOf(task, view));
      const headers = found.flatMap((node) => {
        const library = /(?:^|,\s*)libcurl4-(openssl|gnutls|nss)-dev(?:$|[,=\s])/.exec(textOf(node) ?? '')?.[1];
        return library === undefined ? [] : [{ library, at: node.position }];
      });
      const wanted = textOf(view.node('pulsar_pycurl_ssl_library')) ?? 'gnutls';
      const [first] = headers;
      if (!first || headers.some(({ library }) => library === wanted)) return [];
      return [
        {
          message: `pycurl of ${view.host} is compiled for ${wanted}, but the play installs the headers for ${first.library}`,
          at: [
            view.valueAt('pulsar_pycurl_ssl_library') ?? view.defined('pulsar_optional_dependencies'),
            first.at,
          ],
          fix: `pulsar_pycurl_ssl_library: ${first.library}`,
          hosts: [view.host],
        },
      ];
    }),
};

/** It does not come with Pulsar itself. */
function mayHavePycurl({ view, dependencies }: Pulsar): boolean {
  const given = view.node('pulsar_optional_dependencies');
  if (given && !isFullyKnown(given)) return true;
  return dependencies.some((one) => /\bpycurl\b/i.test(one));
}

/** Names of packages that a task installs: a list, a text with commas, or a variable that holds either. */
function packagesOf(task: ModuleTask, view: HostView): readonly Node[] {
  return /^(?:package|apt)$/.test(moduleName(task)) ? argumentValues(task, ['name', 'pkg'], view) : [];
}
