/** How the queues of an environment stand at the broker: whether Galaxy and Pulsar listen on theirs. */
import { sh } from '../../base/shell.ts';
import { type Alarm, alarmIn, PRINT_ALARMS } from '../checks/broker-alarm.ts';
import { newestLines, ofRuns } from '../journal.ts';
import type { ProofContext } from '../proof.ts';
import { type Finding, lastLine } from './finding.ts';
import type { JobProofOptions } from './options.ts';
import { whyDeaf } from './pulsar-side.ts';

/** What ends a way to a broker, in the words of the libraries that Galaxy speaks to it with; other errors are of something else. */
export const BROKER_ERROR =
  '^(?:amqp|kombu)[.]exceptions[.]|will retry: |ACCESS_REFUSED|NOT_ALLOWED|^(?:socket[.]gaierror|ssl[.]SSL\\w+|Connection\\w+Error|TimeoutError|OSError): ';

/** How often a queue without a consumer is looked at: whoever is being restarted is back in a few seconds. */
const LOOKS = 4;

/** Messages that wait for a consumer, or news that nobody would hear. */
export async function queuesStand(context: ProofContext, run: JobProofOptions): Promise<Finding | undefined> {
  const { queue, queuePrefix, pulsars } = run.destination;
  if (queue?.broker === undefined) return undefined;
  const [jobs, news] = [`${queuePrefix}_setup`, `${queuePrefix}_status_update`];
  let standing = await askBroker(context, queue.broker, queue.vhost);
  const isDeaf = (name: string) => (standing.queues.get(name)?.consumers ?? 0) === 0;
  for (
    let looks = 1;
    looks < LOOKS && !standing.refusal && !standing.alarm && (isDeaf(jobs) || isDeaf(news));
    looks++
  ) {
    await context.pause(2000);
    standing = await askBroker(context, queue.broker, queue.vhost);
  }
  const { refusal, alarm, queues } = standing;
  if (refusal !== undefined)
    return { hop: 'broker', evidence: refusal, fix: `ssh ${queue.broker} systemctl status rabbitmq-server` };
  if (alarm !== undefined)
    return {
      hop: 'broker',
      evidence: `${alarm.line}: until it is over the broker takes no messages`,
      fix: alarm.fix,
    };
  const shown = (name: string) =>
    `${name} in ${queue.vhost} has ${queues.get(name)?.messages ?? 0} messages and 0 consumers`;
  if (isDeaf(news))
    return {
      hop: 'Galaxy to broker',
      evidence: `${shown(news)}: Galaxy does not listen${await whyGalaxyIsDeaf(context, run)}`,
      fix: 'gatdeploy apply galaxy restarts a Galaxy whose consumers have quit; gatdeploy verify galaxy shows its logins',
    };
  if (!isDeaf(jobs)) return undefined;
  return {
    hop: 'broker to Pulsar',
    evidence: `${shown(jobs)}: Pulsar does not listen${await whyDeaf(context, pulsars)}`,
    fix: 'gatdeploy apply pulsar restarts a Pulsar whose consumers have quit; gatdeploy verify pulsar shows its login',
  };
}

type Standing = {
  readonly refusal?: string;
  readonly alarm?: Alarm | undefined;
  readonly queues: ReadonlyMap<string, { readonly messages: number; readonly consumers: number }>;
};

/** Parses lines such as `pulsar__setup	3	0`; a queue that is not there has neither messages nor consumers. */
async function askBroker(context: ProofContext, broker: string, vhost: string): Promise<Standing> {
  const list = sh`timeout 60 rabbitmqctl -q --no-table-headers list_queues -p ${vhost} name messages consumers </dev/null || exit
printf '@alarms\\n'
${PRINT_ALARMS} || true`;
  const { code, stdout, stderr } = await context.ask(broker, list);
  if (code !== 0) return { refusal: lastLine(stderr) || 'the broker does not answer', queues: new Map() };
  const [listed = '', alarms = ''] = stdout.split('@alarms\n');
  const rows = listed.split('\n').map((line) => line.split('\t'));
  return {
    alarm: alarmIn(alarms, broker),
    queues: new Map(
      rows.map(([name = '', messages, consumers]) => [
        name,
        { messages: Number(messages), consumers: Number(consumers) },
      ]),
    ),
  };
}

/** What Galaxy's processes that run now said of its way to the broker. */
async function whyGalaxyIsDeaf(context: ProofContext, { host, units }: JobProofOptions): Promise<string> {
  const look = newestLines(BROKER_ERROR, 1, ofRuns(units));
  const said = lastLine((await context.ask(host, look)).stdout);
  return said && `, and said: ${said}`;
}
