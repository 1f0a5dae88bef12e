import { printSerial } from '../../src/apply/lease.ts';
import { applyPlan } from '../../src/apply/run.ts';
import type { RunEvent } from '../../src/base/events.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import { factsSection, parseFacts } from '../../src/plan/facts.ts';
import { newNonce, parseSections, renderSections } from '../../src/plan/frame.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { parseProbe, renderProbe } from '../../src/plan/probe.ts';
import { projectAccess } from '../../src/project/access.ts';
import { loadProject } from '../../src/project/project.ts';
import { hostScope, playHosts } from '../../src/project/scope.ts';
import { connectAll } from '../../src/session/connect.ts';
import { findTargets } from '../../src/session/targets.ts';
import { factsNode } from '../../src/stack/facts.ts';
import { declareTasks } from '../../src/stack/play-tasks.ts';
import { createSlots } from '../../src/tasks/memory.ts';

/** Applies the first play of `site.yml` in a folder to its first host, with an inventory of real hosts. */
export async function applyTasks(folder: string, inventory: string) {
  const project = await loadProject(folder, { inventory: [inventory], playbook: 'site.yml' });
  const play = project.playbook('site.yml').plays[0];
  const host = play && playHosts(project, play)[0];
  if (!play || host === undefined) throw new Error('no play with a host');
  const events: RunEvent[] = [];
  const telling = { emit: (event: RunEvent) => events.push(event), clock: () => performance.now() };
  const targets = findTargets(project, [{ play, hosts: [host] }], [host]);
  const links = await connectAll(targets, telling);
  const link = links.links.get(host);
  if (!link) throw links.unreachable.get(host) ?? new Error('not linked');
  try {
    const ask = newNonce();
    const asked = await link.connection.exec({ script: renderSections([factsSection], ask), become: link.become });
    const login = targets[0]?.kind === 'ssh' ? targets[0].user : 'root';
    const facts = parseFacts(parseSections(asked.stdout, ask).get('facts')?.stdout.toString() ?? '', login);
    const hostPlay = {
      host,
      facts,
      scope: hostScope(project, host, { play, facts: factsNode(facts) }),
      roles: [],
      access: projectAccess(project),
      readFile: () => '',
      readContent: () => ({ content: '' }),
      hostsOf: () => [],
      hostByAddress: () => undefined,
      warn: () => {},
    };
    const { resources } = declareTasks({
      project,
      play,
      hostPlay,
      folders: new Map(),
      learntOnce: new Map(),
      slotOf: createSlots()(host),
      isFirst: true,
      tags: { only: [], skip: [] },
    });
    const graph = buildGraph([...resources].map(([name, all]) => ({ host: name, resources: all })));
    const nodes = [...graph.nodes.values()];
    const nonce = newNonce();
    const probe = renderProbe(nodes, nonce, { first: [{ name: 'serial', script: printSerial }] });
    const probed = await link.connection.exec({ script: probe, become: link.become });
    const serial = parseSections(probed.stdout, nonce).get('serial')?.stdout.toString().trim() ?? '0';
    const plan = makePlan(graph, parseProbe(nodes, probed.stdout, nonce));
    const serials = new Map([[host, serial]]);
    const outcome = await applyPlan({ graph, plan, hosts: links.links, who: 'a test', serials, ...telling });
    const failures = [...outcome.results.values()].flatMap(({ resource, error, status, summary }) =>
      error || status === 'blocked' ? [`${resource}: ${error?.why ?? summary}`] : [],
    );
    const changed = [...outcome.results.values()]
      .filter(({ status }) => status === 'changed')
      .map(({ resource }) => resource);
    const planned = plan.entries.filter(({ status }) => status !== 'same').map(({ node }) => node.resource.id);
    return { outcome, plan, planned, changed, failures, events };
  } finally {
    await links.close();
  }
}
