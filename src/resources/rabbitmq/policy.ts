/** A policy of a virtual host: settings for all queues or exchanges whose name matches. See rabbitmq.com, "Policies". */
import { z } from 'zod';
import { type CommonProps, defineKind, type Observed, type Probe, type State } from '../kind.ts';
import { binary, broker, importDefinitions, parseAnswer, tellBroker } from './broker.ts';
import { brokerDown } from './down.ts';

type Setting = string | number | boolean;

export type RabbitmqPolicyProps = CommonProps & {
  readonly vhost: string;
  readonly name: string;
  readonly pattern?: string;
  /** `queues`, `exchanges` or `all`. */
  readonly applyTo?: string;
  readonly priority?: number;
  readonly definition?: Readonly<Record<string, Setting | readonly Setting[]>>;
};

const answer = z.array(
  z.object({
    vhost: z.string(),
    name: z.string(),
    pattern: z.string(),
    'apply-to': z.string(),
    priority: z.number(),
    definition: z.record(z.string(), z.unknown()),
  }),
);

const policies: Probe<RabbitmqPolicyProps> = {
  ...broker,
  name: 'rabbitmq-policies',
  parse(stdout, items) {
    const found = parseAnswer(stdout, 'policies');
    if (found === undefined) return brokerDown(items);
    return new Map(
      answer.parse(found).map((one): [string, Observed] => [
        policyName(one),
        {
          pattern: one.pattern,
          applyTo: one['apply-to'],
          priority: one.priority,
          definition: renderDefinition(one.definition),
        },
      ]),
    );
  },
};

/** What a policy is called among resources: a name counts within its virtual host only. */
export function policyName(one: { readonly vhost: string; readonly name: string }): string {
  return `${one.name} in ${one.vhost}`;
}

/** Makes a policy; its resource's name is `policyName` of the props. */
export const rabbitmqPolicy = defineKind<RabbitmqPolicyProps>({
  kind: 'rabbitmq_policy',
  lane: 'slow',
  probe: policies,
  desired: (props): State => ({
    pattern: props.pattern ?? '.*',
    applyTo: props.applyTo ?? 'all',
    priority: props.priority ?? 0,
    definition: renderDefinition(props.definition ?? {}),
  }),
  applyAll(changes) {
    const wanted = changes
      .filter((change) => change.after)
      .map(({ props }) => ({
        vhost: props.vhost,
        name: props.name,
        pattern: props.pattern ?? '.*',
        'apply-to': props.applyTo ?? 'all',
        priority: props.priority ?? 0,
        definition: props.definition ?? {},
      }));
    const removed = changes.filter((change) => !change.after);
    return tellBroker([
      ...(wanted.length > 0 ? [importDefinitions(JSON.stringify({ policies: wanted }))] : []),
      ...removed.map(
        ({ props }) => `rabbit_policy:delete(${binary(props.vhost)}, ${binary(props.name)}, <<"gatdeploy">>)`,
      ),
    ]);
  },
});

function renderDefinition(definition: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(definition).sort(([a], [b]) => (a < b ? -1 : 1))));
}
