/** L16: what Galaxy's job configuration refers to is defined in it. */
import { didYouMean } from '../../base/did-you-mean.ts';
import type { Galaxy } from '../facts/galaxy.ts';
import type { JobConf } from '../facts/job-conf.ts';
import { part } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const references: Rule = {
  id: 'L16',
  severity: 'E',
  title:
    'Tools, the default, limits and environments refer to environments and runners that exist, and each Pulsar runner is used',
  why: 'Galaxy does not start, or jobs of the tool fail, when a name is not there; a runner that no environment uses gets no job.',
  fix: 'Correct the name, or add the environment or runner.',
  check: ({ galaxies }) => galaxies.flatMap((galaxy) => (galaxy.jobs ? checkJobs(galaxy, galaxy.jobs) : [])),
};

function checkJobs(galaxy: Galaxy, jobs: JobConf): readonly Found[] {
  if (jobs.isPartial) return [];
  const hosts = [galaxy.view.host];
  const names = jobs.environments.flatMap((one) => [one.id, ...one.tags]);
  const runners = jobs.runners.map((one) => one.id);
  const tools = jobs.references
    .filter(({ to, among = names }) => !among.includes(to))
    .map(({ of, to, at, among }) => ({
      message: among
        ? `${of} is ${to}, which the TPV files do not define: they have ${among.join(', ')}`
        : `${of} goes to the environment ${to}, which ${jobs.label} does not define: it has ${names.join(', ')}`,
      at: [at],
      fix: fixFor(among ? (of.split(' ')[0] ?? '') : 'environment', to, among ?? names),
      hosts,
    }));
  const nowhere = jobs.unmapped.map(({ id, at }) => ({
    severity: 'W' as const,
    message: `the entry for the tool ${id} names no environment, so it goes to the default one`,
    at: [at],
    fix: `environment: ${names[0] ?? '…'}`,
    hosts,
  }));
  const environments = jobs.environments
    .filter(({ runner }) => runner !== undefined && !runners.includes(runner) && !/^dynamic/.test(runner))
    .map(({ id, runner = '', runnerAt, at }) => ({
      message: `the environment ${id} runs on ${runner}, which is no runner of ${jobs.label}: it has ${runners.join(', ')}`,
      at: [runnerAt ?? at],
      fix: fixFor('runner', runner, runners),
      hosts,
    }));
  return [
    ...tools,
    ...nowhere,
    ...limitsOfNone(jobs, names, hosts),
    ...environments,
    ...withoutDefault(jobs, hosts),
    ...withoutRunner(jobs, hosts),
    ...unused(jobs, hosts),
  ];
}

/** Rules of Python may send jobs to environments of their own making. */
function limitsOfNone(jobs: JobConf, names: readonly string[], hosts: readonly string[]): readonly Found[] {
  const isRuled = jobs.environments.some(
    ({ runner, params }) => /^dynamic/.test(runner ?? '') && !part(params, 'tpv_config_files'),
  );
  if (isRuled || jobs.hasUnreadTpv) return [];
  return jobs.limited
    .filter(({ to }) => !names.includes(to))
    .map(({ of, to, at }) => ({
      severity: 'W',
      message: `${of} is for ${to}, which ${jobs.label} does not define, so it limits nothing: it has ${names.join(', ')}`,
      at: [at],
      fix: fixFor('id', to, names),
      hosts,
    }));
}

function withoutDefault({ label, lacksDefault, environments }: JobConf, hosts: readonly string[]) {
  if (!lacksDefault) return [];
  return [
    {
      message: `${label} has several environments and no default one, so Galaxy does not start`,
      at: [lacksDefault],
      fix: `default: ${environments[0]?.id ?? 'local'}`,
      hosts,
    },
  ];
}

/** One that nothing names may stand there for its limits alone. */
function withoutRunner(jobs: JobConf, hosts: readonly string[]): readonly Found[] {
  const named = new Set(jobs.references.map(({ to }) => to));
  return jobs.environments
    .filter(({ from, runner, runnerAt }) => from === 'job_conf' && runner === undefined && runnerAt === undefined)
    .filter(({ id, tags }) => jobs.environments.length === 1 || [id, ...tags].some((one) => named.has(one)))
    .map(({ id, at }) => ({
      message: `the environment ${id} names no runner, so jobs that go to it fail`,
      at: [at],
      fix: `runner: ${jobs.runners[0]?.id ?? 'local'}`,
      hosts,
    }));
}

function unused(jobs: JobConf, hosts: readonly string[]): readonly Found[] {
  if (jobs.hasUnreadTpv) return [];
  return jobs.runners
    .filter((runner) => runner.isPulsarMq && !jobs.environments.some((one) => one.runner === runner.id))
    .map((runner) => ({
      severity: 'W',
      message: `no environment uses the runner ${runner.id}, so no job ever goes to its Pulsar`,
      at: [runner.at],
      fix: `execution.environments: {pulsar: {runner: ${runner.id}, …}}`,
      hosts,
    }));
}

function fixFor(key: string, wrong: string, names: readonly string[]): string {
  const near = didYouMean(wrong, names);
  return near === undefined ? `define ${wrong}, or name one of ${names.join(', ')}` : `${key}: ${near}`;
}
