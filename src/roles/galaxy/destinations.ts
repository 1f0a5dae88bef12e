/** Which tools job_conf sends to Pulsars that take jobs from a message queue, and to which. */
import { parseAmqpUrl } from '../../base/amqp-url.ts';
import { Secret, type Text } from '../../base/secret.ts';
import { isDict, isList, type Value } from '../../base/value.ts';
import { parseYaml } from '../../render/parse-yaml.ts';
import type { Destination } from '../../verify/job/destination.ts';
import type { HostContext } from '../role.ts';
import { type Dict, partOf, textOf } from './dicts.ts';
import { brokerOf } from './service.ts';

/** The job configuration: inline in galaxy.yml, or the file that galaxy.yml names. */
export function jobConf(
  galaxy: Dict,
  files: readonly { readonly path: string; readonly content: Text }[],
): Dict | undefined {
  const inline = galaxy.get('job_config');
  if (inline !== undefined && inline !== null && isDict(inline)) return inline;
  const path = textOf(galaxy, 'job_config_file');
  const text = files.find((one) => one.path === path)?.content;
  const parsed = text === undefined ? undefined : parseYaml(text);
  return parsed !== undefined && parsed !== null && isDict(parsed) ? parsed : undefined;
}

/** Where a tool's jobs go, if they go to a Pulsar behind a message queue. */
export function destinationOf(tool: string, conf: Dict, host: HostContext): Destination | undefined {
  const environment = environmentOf(tool, conf);
  const options = partOf(partOf(partOf(conf, 'execution'), 'environments'), environment ?? '');
  const runner = textOf(options, 'runner');
  if (environment === undefined || runner === undefined) return undefined;
  const parameters = partOf(partOf(conf, 'runners'), runner);
  const url = parameters.get('amqp_url');
  const queue = typeof url === 'string' || url instanceof Secret ? parseAmqpUrl(url) : undefined;
  if (!queue) return undefined;
  const broker = brokerOf(queue, host);
  return {
    environment,
    runner,
    jobsDirectory: textOf(options, 'jobs_directory'),
    queue: {
      vhost: queue.vhost,
      user: queue.user,
      place: `${queue.host}:${queue.port}`,
      broker: host.hostByAddress(broker),
    },
    queuePrefix: prefixOf(parameters),
    pulsars: host.hostsOf('pulsarservers'),
  };
}

/** Runners whose jobs are processes of Galaxy's own host; without a job configuration there is just that one. */
export function localRunners(conf: Dict | undefined): readonly string[] {
  if (!conf) return ['local'];
  return [...partOf(conf, 'runners')].flatMap(([name, runner]) => {
    const load = runner !== null && isDict(runner) ? textOf(runner, 'load') : undefined;
    return typeof name === 'string' && load?.endsWith(':LocalJobRunner') ? [name] : [];
  });
}

/** The names of all runners of a job configuration; undefined where it is none that can be read. */
export function runnersOf(conf: Dict | undefined): readonly string[] | undefined {
  const names = conf && [...partOf(conf, 'runners').keys()].map(String);
  return names?.length ? names : undefined;
}

function environmentOf(tool: string, conf: Dict): string | undefined {
  const tools = conf.get('tools');
  const listed = tools !== undefined && tools !== null && isList(tools) ? tools : [];
  const entry = listed
    .filter((one: Value) => one !== null && isDict(one))
    .find((one) => textOf(one as Dict, 'id') === tool);
  return entry === undefined ? undefined : textOf(entry as Dict, 'environment');
}

/** The same names as Pulsar's side makes. */
function prefixOf(runner: Dict): string {
  const own = textOf(runner, 'amqp_key_prefix');
  if (own !== undefined) return own;
  const manager = textOf(runner, 'manager') ?? '_default_';
  return manager === '_default_' ? 'pulsar_' : `pulsar_${manager}_`;
}

/** All queues on which Galaxy listens for news, each with its broker. */
export function listeningQueues(conf: Dict, host: HostContext) {
  return [...partOf(conf, 'runners').values()].flatMap((runner) => {
    if (runner === null || !isDict(runner)) return [];
    const url = runner.get('amqp_url');
    const queue = typeof url === 'string' || url instanceof Secret ? parseAmqpUrl(url) : undefined;
    const broker = queue && host.hostByAddress(brokerOf(queue, host));
    return queue && broker ? [{ broker, vhost: queue.vhost, name: `${prefixOf(runner)}_status_update` }] : [];
  });
}
