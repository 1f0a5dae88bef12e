/** L15: runners have options that Galaxy knows, with values that it can use. */
import { didYouMean } from '../../base/did-you-mean.ts';
import type { Node } from '../../base/node.ts';
import { entriesOf, isKnown, placeOf, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';
import { ENVIRONMENT_OPTIONS } from './pulsar-options.ts';

type Form = 'text' | 'int' | 'float' | 'bool' | 'any';

/** Runners with the same options; those for Kubernetes, TES and clouds have more. */
const WITH_THESE = /:Pulsar(?:MQ|EmbeddedMQ|REST|Legacy|Embedded)?JobRunner$/;

/** Options of Pulsar's runners, and of every runner. */
const OPTIONS: Readonly<Record<string, Form>> = {
  load: 'text',
  workers: 'int',
  recheck_missing_job_retries: 'int',
  env: 'any',
  rules_module: 'text',
  transport: 'text',
  transport_timeout: 'int',
  cache: 'bool',
  remote_container_handling: 'bool',
  amqp_url: 'text',
  amqp_key_prefix: 'text',
  relay_url: 'text',
  relay_username: 'text',
  relay_password: 'text',
  galaxy_url: 'text',
  secret: 'text',
  pulsar_config: 'text',
  pulsar_app_config: 'any',
  manager: 'text',
  persistence_directory: 'text',
  amqp_acknowledge: 'bool',
  amqp_ack_republish_time: 'int',
  amqp_consumer_timeout: 'float',
  amqp_connect_ssl_ca_certs: 'text',
  amqp_connect_ssl_keyfile: 'text',
  amqp_connect_ssl_certfile: 'text',
  amqp_connect_ssl_cert_reqs: 'text',
  amqp_publish_retry: 'bool',
  amqp_publish_priority: 'int',
  amqp_publish_delivery_mode: 'text',
  amqp_publish_retry_max_retries: 'int',
  amqp_publish_retry_interval_start: 'int',
  amqp_publish_retry_interval_step: 'int',
  amqp_publish_retry_interval_max: 'int',
};

export const runnerOptions: Rule = {
  id: 'L15',
  severity: 'E',
  title: 'Each Pulsar runner has only options that Galaxy knows, with values of their kind',
  why: 'Galaxy\'s job handler does not start with another one: "Invalid job runner parameter for this plugin".',
  fix: 'Correct its name (`amqp_republish_time` of old samples is `amqp_ack_republish_time`), or move it to the environment.',
  check: ({ galaxies }) =>
    galaxies.flatMap((galaxy) =>
      (galaxy.jobs?.runners ?? [])
        .filter((runner) => WITH_THESE.test(runner.load))
        .flatMap((runner) =>
          entriesOf(runner.params).flatMap(([key, node]): readonly Found[] => {
            const hosts = [galaxy.view.host];
            const wrongName = unknownOption(key, node, runner.id);
            if (wrongName) return [{ ...wrongName, at: [placeOf(runner.params, key)], hosts }];
            const wrongValue = unfitValue(key, node, runner.id);
            return wrongValue ? [{ ...wrongValue, at: [node.position], hosts }] : [];
          }),
        ),
    ),
};

type Problem = Pick<Found, 'message' | 'fix'>;

function unknownOption(key: string, node: Node, runner: string): Problem | undefined {
  if (Object.hasOwn(OPTIONS, key)) return undefined;
  if (ENVIRONMENT_OPTIONS.includes(key))
    return {
      message: `the runner ${runner} has the option ${key}, which belongs to the environment; with it the job handler does not start`,
      fix: `move ${key} to the environments that use ${runner}`,
    };
  const near = key === 'amqp_republish_time' ? 'amqp_ack_republish_time' : didYouMean(key, Object.keys(OPTIONS));
  return {
    message: `the runner ${runner} has the option ${key}, which Galaxy does not know; with it the job handler does not start`,
    fix: near === undefined ? `take ${key} out` : `${near}: ${shown(node)}`,
  };
}

function unfitValue(key: string, node: Node, runner: string): Problem | undefined {
  const form = OPTIONS[key] ?? 'any';
  const isTree = node.kind !== 'scalar' && form !== 'any';
  const text = isTree ? `a ${node.kind}` : textOf(node);
  if (!isKnown(node) || text === undefined || (!isTree && fits(text, form))) return undefined;
  return {
    message: `${key} of the runner ${runner} is ${text}; expected ${WORDS[form]}`,
    fix: `${key}: ${EXAMPLES[form]}`,
  };
}

const WORDS = { int: 'a whole number', float: 'a number', bool: 'true or false', text: 'a text', any: 'anything' };
const EXAMPLES = { int: '5', float: '2.0', bool: 'true', text: '"…"', any: '…' };

function fits(text: string, form: Form): boolean {
  if (form === 'int') return /^\s*[+-]?\d+\s*$/.test(text);
  if (form === 'float') return text === 'None' || (text.trim() !== '' && !Number.isNaN(Number(text)));
  return form !== 'bool' || /^(?:true|false|yes|no|on|off|1|0|t|f|y|n|none)$/i.test(text);
}

function shown(node: Node): string {
  const text = textOf(node);
  return text !== undefined && /^[\w.]{1,12}$/.test(text) ? text : '…';
}
