/** A virtual host of the broker. Removing one removes its queues and messages too. */
import { z } from 'zod';
import { type CommonProps, defineKind, type Observed, type Probe, type State } from '../kind.ts';
import { binary, broker, importDefinitions, parseAnswer, tellBroker } from './broker.ts';
import { brokerDown } from './down.ts';
import { renderLimits } from './limits.ts';

export type RabbitmqVhostProps = CommonProps & {
  /** Upper bounds: `max-connections`, `max-queues`; others are taken away. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Whether messages are traced; the broker forgets it when it restarts. */
  readonly tracing?: boolean;
};

const answer = z.array(
  z.object({
    name: z.string(),
    tracing: z.boolean().optional(),
    limits: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
  }),
);

const vhosts: Probe<RabbitmqVhostProps> = {
  ...broker,
  name: 'rabbitmq-vhosts',
  parse(stdout, items) {
    const found = parseAnswer(stdout, 'vhosts');
    if (found === undefined) return brokerDown(items);
    const states = answer
      .parse(found)
      .map(({ name, tracing = false, limits }): [string, Observed] => [
        name,
        { tracing, limits: renderLimits(limits) },
      ]);
    return new Map(states);
  },
};

/**
 * Makes a virtual host.
 * @example rabbitmqVhost('/pulsar/galaxy_au', { after: [broker] })
 */
export const rabbitmqVhost = defineKind<RabbitmqVhostProps>({
  kind: 'rabbitmq_vhost',
  lane: 'slow',
  probe: vhosts,
  desired: ({ limits, tracing }): State => ({
    ...(limits === undefined ? {} : { limits: renderLimits(limits) }),
    ...(tracing === undefined ? {} : { tracing }),
  }),
  applyAll(changes) {
    const wanted = changes.filter((change) => change.after);
    const missing = wanted.filter((change) => !change.before).map(({ name }) => ({ name }));
    const limited = wanted.filter(
      ({ before, after }) => after?.limits !== undefined && after.limits !== (before?.limits ?? 'none'),
    );
    const traced = wanted.filter(({ before, after }) => (before?.tracing ?? false) !== (after?.tracing ?? false));
    const removed = changes.filter((change) => !change.after);
    return tellBroker([
      ...(missing.length > 0 ? [importDefinitions(JSON.stringify({ vhosts: missing }))] : []),
      ...limited.map(({ name, props }) => setLimits(name, props.limits ?? {})),
      ...traced.map(({ name, props }) => `rabbit_trace:${props.tracing ? 'start' : 'stop'}(${binary(name)})`),
      ...removed.map(({ name }) => `rabbit_vhost:delete(${binary(name)}, <<"gatdeploy">>)`),
    ]);
  },
});

/** Takes the place of all that there were. */
function setLimits(vhost: string, limits: Readonly<Record<string, number>>): string {
  const list = Object.entries(limits).map(([key, value]) => `{${binary(key)}, ${value}}`);
  return `rabbit_vhost_limit:set(${binary(vhost)}, [${list.join(', ')}], <<"gatdeploy">>)`;
}
