/** Whether a role gets along without the variables that can't be evaluated: it is declared for a host that nobody asked. */
import type { Facts } from '../../base/facts.ts';
import { nodeOf } from '../../base/node.ts';
import { projectAccess } from '../../project/access.ts';
import { orError } from '../../project/loader.ts';
import type { Project } from '../../project/project.ts';
import { factsLayer } from '../../project/vars/facts.ts';
import { createTemplar } from '../../render/templar.ts';
import type { Role } from '../../roles/role.ts';
import { evaluateVars } from '../../roles/values.ts';
import type { HostView } from './host-view.ts';

/** What any host may be like; lint asks none. */
const SOME_HOST: Facts = {
  distribution: 'debian',
  version: '12',
  codename: 'bookworm',
  architecture: 'x86_64',
  debArchitecture: 'amd64',
  hostname: 'host',
  fqdn: 'host',
  address: '192.0.2.1',
  addresses: ['192.0.2.1'],
  memoryMb: 4096,
  processors: 2,
  kernel: '6.1.0',
  loginUser: 'root',
};

/** The same as variables name it. */
const FACTS_LAYER = factsLayer(
  nodeOf(
    {
      distribution: 'Debian',
      distribution_version: '12',
      distribution_major_version: '12',
      distribution_release: 'bookworm',
      os_family: 'Debian',
      architecture: 'x86_64',
      hostname: 'host',
      nodename: 'host',
      fqdn: 'host',
      default_ipv4: { address: '192.0.2.1' },
      memtotal_mb: 4096,
      processor_vcpus: 2,
      processor_cores: 2,
      user_id: 'root',
    },
    { file: 'facts', line: 1, column: 0 },
    false,
  ),
);

/** True where the role declares all that it has to without asking for one of them. */
export function getsAlong(role: Role, view: HostView, project: Project): boolean {
  const scope = view.scope.with([FACTS_LAYER]);
  const templar = createTemplar({ scope, access: projectAccess(project) });
  const positionOf = (name: string) => scope.definitions(name)[0]?.position;
  const host = {
    name: view.host,
    facts: SOME_HOST,
    renderTemplate: (path: string) => view.render(path, true)?.text ?? '',
    readFile: (path: string) => view.render(path, false)?.text ?? '',
    readContent: (path: string) => ({ content: view.render(path, false)?.text ?? '' }),
    hostsOf: view.hostsOf,
    hostByAddress: () => undefined,
    positionOf,
  };
  const source = {
    node: (name: string) => scope.lookup(name),
    value: (name: string) => templar.variable(name),
    positionOf,
  };
  const declared = orError(() => {
    const values = evaluateVars(role, source, view.host);
    return [role.advise(values, host), role.declare(values, host), role.verify(values, host)];
  });
  return 'value' in declared;
}
