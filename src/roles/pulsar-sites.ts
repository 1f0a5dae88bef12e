/**
 * Sites that run jobs for one Galaxy: one declaration of each makes its virtual host and user on the broker, its runner
 * and environment in Galaxy's job_conf, and its Pulsar's message queue.
 */
import { z } from 'zod';
import { joinText, mapText, type Text } from '../base/secret.ts';
import { listOf, raw, text, word } from './types.ts';

const site = z
  .strictObject({
    name: word,
    password: text,
    user: word.optional(),
    vhost: word.optional(),
    /** Where Pulsar and Galaxy find the broker, `name` or `name:port`. */
    broker: word,
    jobs_directory: word.default('/mnt/pulsar/files/staging'),
    environment: word.optional(),
    tools: listOf(word).default([]),
    /** Further parameters of runner and environment. */
    runner_params: z.record(z.string(), raw).default({}),
    params: z.record(z.string(), raw).default({}),
  })
  .transform((one) => ({
    ...one,
    user: one.user ?? one.name,
    vhost: one.vhost ?? `/pulsar/${one.name}`,
    environment: one.environment ?? `pulsar_${one.name}`,
    runner: `pulsar_${one.name}_runner`,
  }));

/** One site with its names worked out. */
export type PulsarSite = z.infer<typeof site>;

/** The variable that the roles of broker, Galaxy and Pulsar share. */
export const sitesVar = {
  type: z.array(site),
  default: [],
  doc: 'Sites that run jobs for this Galaxy, `{name, password, broker, tools, …}`: each gets a virtual host `/pulsar/NAME` and a user NAME on the broker, a runner and an environment `pulsar_NAME` in job_conf, and its Pulsar, by `pulsar_site: NAME`, its message queue. Further keys: user, vhost, jobs_directory, environment, runner_params, params. Not known to Ansible.',
};

/** A site's queue as kombu takes it; user and password may hold any character. */
export function queueUrl({ user, password, broker, vhost }: PulsarSite): Text {
  const place = broker.includes(':') ? broker : `${broker}:5671`;
  const secret = mapText(password, (plain) => (plain === '***' ? plain : encodeURIComponent(plain)));
  return joinText(['pyamqp://', encodeURIComponent(user), ':', secret, `@${place}/${vhost}?ssl=1`]);
}
