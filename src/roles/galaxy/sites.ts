/** job_conf of the sites: a runner and an environment for each, merged into what the admin wrote. */
import { joinText, type Text } from '../../base/secret.ts';
import { isDict, isList, type Scalar, type Value } from '../../base/value.ts';
import { renderNiceYaml } from '../../render/nice-yaml.ts';
import { parseYaml } from '../../render/parse-yaml.ts';
import { type PulsarSite, queueUrl } from '../pulsar-sites.ts';
import { type Dict, dictOf, merged, partOf } from './dicts.ts';
import { verifyToolOf } from './tools.ts';
import type { GalaxyValues } from './vars.ts';

const NOTICE =
  '# Written by gatdeploy from job_conf and pulsar_sites; changes made here are undone by the next apply.\n---\n';

/** What there must be beside the sites when the admin has no job_conf. */
const LEAST: Dict = dictOf({
  runners: dictOf({
    local_runner: dictOf({ load: 'galaxy.jobs.runners.local:LocalJobRunner', workers: 4 }),
  }),
  execution: dictOf({
    default: 'local_dest',
    environments: dictOf({ local_dest: dictOf({ runner: 'local_runner' }) }),
  }),
});

type Surroundings = { readonly galaxyUrl: string | undefined; readonly verify: boolean };

/** The text of the admin's job_conf with the sites in it; what the admin says of the same names wins. */
export function withSites(text: Text | undefined, sites: readonly PulsarSite[], around: Surroundings): Text {
  const parsed = text === undefined ? LEAST : parseYaml(text);
  const own = parsed !== undefined && parsed !== null && isDict(parsed) ? parsed : LEAST;
  return joinText([NOTICE, renderNiceYaml(mergedJobs(own, sites, around))]);
}

/** The job configuration that stands among the variables, for galaxy.yml. */
export function inlineJobs(v: GalaxyValues): Dict | undefined {
  const inline = v.galaxy_job_config ?? partOf(v.galaxy_config, 'galaxy').get('job_config');
  return inline !== undefined && inline !== null && isDict(inline) ? inline : undefined;
}

/** A job configuration with the sites in it. */
export function mergedJobs(own: Dict, sites: readonly PulsarSite[], { galaxyUrl, verify }: Surroundings): Dict {
  const runners = Object.fromEntries(sites.map((one) => [one.runner, runnerOf(one, galaxyUrl)]));
  const environments = Object.fromEntries(sites.map((one) => [one.environment, environmentOf(one)]));
  const made = dictOf({
    runners: dictOf(runners),
    execution: dictOf({ environments: dictOf(environments) }),
  });
  const given = own.get('tools');
  const tools = [
    ...(given !== undefined && given !== null && isList(given) ? given : []),
    ...toolsOf(sites, verify),
  ];
  return new Map<Scalar, Value>([...merged(made, own), ['tools', tools]]);
}

function runnerOf(site: PulsarSite, galaxyUrl: string | undefined): Dict {
  return merged(
    dictOf({
      load: 'galaxy.jobs.runners.pulsar:PulsarMQJobRunner',
      amqp_url: queueUrl(site),
      amqp_consumer_timeout: 2,
      amqp_publish_retry: true,
      amqp_publish_retry_max_retries: 60,
      galaxy_url: galaxyUrl,
      manager: '_default_',
    }),
    dictOf(site.runner_params),
  );
}

function environmentOf(site: PulsarSite): Dict {
  return merged(
    dictOf({
      runner: site.runner,
      default_file_action: 'remote_transfer',
      dependency_resolution: 'remote',
      jobs_directory: site.jobs_directory,
      remote_metadata: false,
      rewrite_parameters: true,
      outputs_to_working_directory: false,
    }),
    dictOf(site.params),
  );
}

function toolsOf(sites: readonly PulsarSite[], verify: boolean): readonly Value[] {
  return sites.flatMap((site) =>
    [...site.tools, ...(verify ? [verifyToolOf(site.name)] : [])].map((id) =>
      dictOf({ id, environment: site.environment }),
    ),
  );
}
