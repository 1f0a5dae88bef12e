import { join } from 'node:path';
import { projectAccess } from '../../src/project/access.ts';
import { hostScope } from '../../src/project/scope.ts';
import { bindPlay } from '../../src/stack/bind.ts';
import { factsNode } from '../../src/stack/facts.ts';
import { openStack } from '../../src/stack/open-stack.ts';
import { createOtherHosts } from '../../src/stack/other-hosts.ts';
import { declareTasks } from '../../src/stack/play-tasks.ts';
import type { PlayContext } from '../../src/tasks/context.ts';
import { createSlots, type Memory } from '../../src/tasks/memory.ts';
import { facts } from './facts-here.ts';
import { runHere } from './run-here.ts';

/** Runs `site.yml` of a project on this machine as its hosts, and gives what its debug tasks said, by host. */
export async function runProbes(folder: string, extraVars: readonly string[] = []) {
  const stack = await openStack(['site'], {
    directory: folder,
    inventory: [join(folder, 'hosts')],
    extraVars: [...extraVars],
  });
  const said: string[] = [];
  const failures: string[] = [];
  const memories = new Map<string, Memory>();
  const others = createOtherHosts(() => factsNode(facts));
  for (const one of stack.plays) {
    const { play, hosts, roles, folders } = bindPlay(stack.project, one, []);
    const slots = createSlots();
    const learntOnce: PlayContext['learntOnce'] = new Map();
    for (const host of hosts) {
      const { project } = stack;
      const compiled = declareTasks({
        project,
        play,
        folders,
        isFirst: host === hosts[0],
        tags: { only: [], skip: [] },
        memory: memories.get(host),
        learntOnce,
        slotOf: slots(host),
        learning: (memory) => others.learning(host, memory),
        hostPlay: {
          host,
          facts,
          scope: hostScope(project, host, { play, facts: factsNode(facts), others: others.about }),
          roles,
          access: projectAccess(project),
          readFile: () => '',
          readContent: () => ({ content: '' }),
          hostsOf: () => [],
          hostByAddress: () => undefined,
          warn: (text) => said.push(`${host}: ${text}`),
        },
      });
      compiled.tell();
      memories.set(host, compiled.memory);
      const resources = [...compiled.resources.values()].flat();
      if (resources.length === 0) continue;
      const { events, outcome } = await runHere(resources, host);
      for (const event of events) if (event.type === 'warning') said.push(`${host}: ${event.text}`);
      for (const { error } of outcome.results.values()) if (error) failures.push(error.why ?? error.what);
    }
  }
  return {
    said: said.flatMap(
      (line) =>
        line
          .split(/^(\S+: )probe[^:]*: /)
          .slice(1)
          .join('') || [],
    ),
    failures,
  };
}
