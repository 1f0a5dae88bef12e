/** What each path of each host is to be: one that is none, or a file and a folder at once, can't be made, and would fail on the host only. */
import { pathFault } from '../base/host-path.ts';
import type { Touches } from '../resources/kind.ts';
import type { GraphNode } from './edge.ts';
import { badPath, twoShapes } from './errors.ts';

type Maker = { readonly node: GraphNode; readonly makes: string };

function requirePath(node: GraphNode, path: string): void {
  const fault = pathFault(path);
  if (fault !== undefined) throw badPath(node, path, fault);
}

/** Takes note of what nodes make, as they are declared. */
export function pathRegister() {
  const makers = new Map<string, Map<string, Maker>>();
  return {
    /** @throws GatError graph/path, graph/conflict */
    add(node: GraphNode, { path, makes }: Touches): void {
      const { host, resource } = node;
      if (path !== undefined) requirePath(node, path);
      // A command may take away what stands before it in the playbook.
      if (resource.kind.sideEffects) makers.delete(host);
      if (path === undefined || makes === undefined || resource.props.absent) return;
      const own = makers.get(host) ?? new Map<string, Maker>();
      const known = own.get(path);
      if (known && known.makes !== makes) throw twoShapes(known.node, node);
      makers.set(host, own.set(path, { node, makes }));
    },
  };
}
