/** L48: the unit's memory is enough for the jobs that live in it. */
import type { Client } from '../facts/client.ts';
import type { ProjectFacts } from '../facts/facts-of-project.ts';
import type { Pulsar } from '../facts/pulsar.ts';
import { boolOf, part, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';
import { pulsarEnvironments } from './environments.ts';

export const memory: Rule = {
  id: 'L48',
  severity: 'W',
  title: '`pulsar_systemd_memory_limit` is enough for the jobs that Pulsar runs itself',
  why: 'Jobs of `queued_python` live in the unit: beyond the limit, 6 GB by default, the kernel ends Pulsar and its jobs.',
  fix: 'Set `pulsar_systemd_memory_limit` to what the jobs may use together.',
  check: (facts) => facts.pulsars.flatMap((pulsar) => checkPulsar(pulsar, facts)),
};

function checkPulsar(pulsar: Pulsar, facts: ProjectFacts): readonly Found[] {
  const { view } = pulsar;
  const limit = Number(textOf(view.node('pulsar_systemd_memory_limit')) ?? 6);
  const jobs = jobsAtOnce(pulsar);
  if (boolOf(view.node('pulsar_systemd')) !== true || !jobs || Number.isNaN(limit)) return [];
  const needed = memoryOf(pulsar, facts);
  const set = view.valueAt('pulsar_systemd_memory_limit');
  const hosts = [view.host];
  if (needed && needed.gigabytes > limit)
    return [
      {
        message: `jobs may use ${needed.gigabytes} GB, but the unit of ${view.host}, in which they run, has ${limit} GB`,
        at: [set ?? jobs.at, needed.at],
        fix: `pulsar_systemd_memory_limit: ${needed.gigabytes + 1}`,
        hosts,
      },
    ];
  if (set && Number(jobs.count) > limit)
    return [
      {
        message: `${jobs.count} jobs share ${limit} GB, the unit of ${view.host}, in which they run: less than 1 GB for each`,
        at: [set, jobs.at],
        fix: `pulsar_systemd_memory_limit: ${Number(jobs.count) * 4}`,
        hosts,
      },
    ];
  if (set || jobs.count === '1') return [];
  const many = jobs.count === '*' ? 'as many jobs as there are processors' : `${jobs.count} jobs`;
  return [
    {
      message: `${many} share the unit of ${view.host} with its default of 6 GB`,
      at: [jobs.at],
      fix: 'pulsar_systemd_memory_limit: 32',
      hosts,
    },
  ];
}

function jobsAtOnce(pulsar: Pulsar) {
  const own = pulsar.managers.find(({ options }) =>
    /^queued_python$/.test(textOf(part(options, 'type')) ?? 'queued_python'),
  );
  if (!own) return undefined;
  const node = part(own.options, 'num_concurrent_jobs');
  return { count: textOf(node) ?? '1', at: node?.position ?? own.at };
}

/** What the destination of a Pulsar allows a job. */
function memoryOf(pulsar: Pulsar, facts: ProjectFacts) {
  const isIts = (client: Client) =>
    facts.clients.some((one) => one.pulsar === pulsar && one.broker === client.broker);
  const found = pulsarEnvironments(facts)
    .filter((one) => one.pulsar === pulsar && isIts(one.client))
    .flatMap(({ environment }) => {
      const node = part(environment.params, 'max_accepted_mem') ?? part(environment.params, 'max_mem');
      const gigabytes = Number(textOf(node));
      return node && Number.isFinite(gigabytes) ? [{ gigabytes, at: node.position }] : [];
    });
  return found.sort((a, b) => b.gigabytes - a.gigabytes)[0];
}
