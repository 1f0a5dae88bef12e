/** Declares the stacks of a whole project as a command would, for hosts that do not exist. */
import type { Facts } from '../../src/base/facts.ts';
import { createReporter } from '../../src/report/create-reporter.ts';
import { declareAll } from '../../src/stack/declare-all.ts';
import { openStack } from '../../src/stack/open-stack.ts';
import { FACTS } from './role.ts';

export type OfflineOptions = {
  readonly extraVars?: readonly string[];
  /** What differs from a plain Debian host. */
  readonly facts?: Partial<Facts>;
};

export type Offline = {
  /** Ids of resources in their order, by host. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** Ids of checks by host. */
  readonly checks: Readonly<Record<string, readonly string[]>>;
};

/** Declares these stacks. @throws GatError or Problems as a run would */
export async function declareOffline(
  directory: string,
  names: readonly string[],
  { extraVars = [], facts = {} }: OfflineOptions = {},
): Promise<Offline> {
  const stack = await openStack(names, { directory, extraVars });
  const known = stack.hosts.map((host, index): [string, Facts] => [
    host,
    {
      ...FACTS,
      fqdn: host,
      hostname: host,
      address: `192.0.2.${index + 1}`,
      addresses: [`192.0.2.${index + 1}`],
      ...facts,
    },
  ]);
  const nowhere = { write: () => true };
  const reporter = createReporter({ mode: 'plain', stdout: nowhere, stderr: nowhere });
  const declared = await declareAll({ stack, targets: [], facts: new Map(known) }, { reporter, clock: () => 0 });
  const nodes = [...declared.graph.nodes.values()];
  const byHost = <T>(pick: (host: string) => readonly T[]): Readonly<Record<string, readonly T[]>> =>
    Object.fromEntries(stack.hosts.map((host) => [host, pick(host)]));
  return {
    ids: byHost((host) => nodes.filter((node) => node.host === host).map(({ resource }) => resource.id)),
    checks: byHost((host) => declared.checks.filter((check) => check.host === host).map(({ id }) => id)),
  };
}
