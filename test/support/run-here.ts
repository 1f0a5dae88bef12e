import { printSerial } from '../../src/apply/lease.ts';
import { applyPlan } from '../../src/apply/run.ts';
import type { ApplyOptions } from '../../src/apply/work.ts';
import type { RunEvent } from '../../src/base/events.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import { newNonce, parseSections } from '../../src/plan/frame.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { parseProbe, renderProbe } from '../../src/plan/probe.ts';
import type { Resource } from '../../src/resources/index.ts';
import type { Connection } from '../../src/transport/connection.ts';
import { localConnection } from '../../src/transport/local.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** Plans and applies resources on this machine, under a host's name; counts the programs that were sent. */
export function runHere(resources: readonly Resource[], host = 'here', more: More = {}) {
  return oneAtATime(() => run(resources, host, more));
}

/** Hears of each event, and may stop the run. */
type More = Pick<Partial<ApplyOptions>, 'emit' | 'signal' | 'leave'>;

async function run(resources: readonly Resource[], host: string, { emit, ...more }: More) {
  const local = localConnection(host);
  let execs = 0;
  const connection: Connection = {
    host,
    lost: local.lost,
    close: () => local.close(),
    exec: (options) => {
      execs++;
      return local.exec(options);
    },
  };
  const graph = buildGraph([{ host, resources }]);
  const nodes = [...graph.nodes.values()];
  const nonce = newNonce();
  const probed = await connection.exec({
    script: renderProbe(nodes, nonce, { first: [{ name: 'serial', script: printSerial }] }),
  });
  const serial = parseSections(probed.stdout, nonce).get('serial')?.stdout.toString().trim() ?? '0';
  const plan = makePlan(graph, parseProbe(nodes, probed.stdout, nonce));
  const events: RunEvent[] = [];
  const outcome = await applyPlan({
    graph,
    plan,
    hosts: new Map([[host, { connection, become: undefined }]]),
    ...more,
    emit: (event) => {
      events.push(event);
      emit?.(event);
    },
    who: 'a test',
    serials: new Map([[host, serial]]),
    clock: () => performance.now(),
  });
  await connection.close();
  const statuses = Object.fromEntries(
    [...outcome.results.values()].map(({ resource, status }) => [resource, status]),
  );
  const order = events.flatMap((event) => (event.type === 'started' ? [event.resource] : []));
  return { outcome, plan, events, execs, statuses, order };
}
