/** What is wrong with the queues between Galaxy and Pulsar: nobody takes their messages, or more than one does. */
import { sh } from '../../base/shell.ts';
import {
  isShared,
  nameReaders,
  PRINT_READERS,
  parseReaders,
  READ_BY_PULSAR,
  unshare,
} from '../../verify/checks/queue-readers.ts';
import type { Diagnosis } from '../../verify/doctor/examination.ts';
import type { HostContext } from '../role.ts';
import { hostOf } from './client.ts';

/** Queues that only a Pulsar reads; of those for Galaxy each of its handlers is a reader. */
const OF_PULSAR = `^pulsar_.*${READ_BY_PULSAR}`;

/** Prints `@queues`, and `@readers` with who reads those that have more than one reader. */
export const PRINT_QUEUES = sh`printf '@queues\n'
gd_queues=$(timeout 20 rabbitmqctl -q --no-table-headers list_vhosts name </dev/null 2>/dev/null | while IFS= read -r gd_vhost; do
timeout 20 rabbitmqctl -q --no-table-headers list_queues -p "$gd_vhost" name messages consumers </dev/null 2>/dev/null | sed "s|^|$gd_vhost	|"; done)
printf '%s\n' "$gd_queues"
printf '@readers\n'
gd_shared=$(printf '%s\n' "$gd_queues" | awk -F'\t' ${`$4 > 1 && $2 ~ /${OF_PULSAR}/ { print $1 }`} | sort -u)
if test -n "$gd_shared"; then printf '%s\n' "$gd_shared" | {
${PRINT_READERS}
}; fi`;

/** Parses `/pulsar/galaxy_au	pulsar__setup	3	0`. */
export function waitingQueues(text: string, host: HostContext): readonly Diagnosis[] {
  return text.split('\n').flatMap((line): Diagnosis[] => {
    const [vhost = '', name = '', messages = '0', consumers = ''] = line.split('\t');
    if (consumers !== '0' || messages === '0' || !/^pulsar_.*_(?:setup|kill|status|status_update)$/.test(name))
      return [];
    const isNews = name.endsWith('_status_update');
    return [
      {
        id: `broker/queue ${vhost} ${name}`,
        place: isNews ? 'Galaxy' : 'Pulsar',
        host: host.name,
        cause: `${isNews ? 'Galaxy' : 'Pulsar'} does not listen on ${name} in ${vhost}, and messages wait there`,
        evidence: `${messages} messages, no consumer`,
        fix: isNews ? 'gatdeploy apply galaxy; if nothing is due: galaxyctl restart' : 'gatdeploy apply pulsar',
        explains: isNews ? ['galaxy/consumers'] : ['galaxy/jobs-wait'],
      },
    ];
  });
}

/** Tells the virtual hosts in which a queue of a Pulsar has more readers than that Pulsar. */
export function sharedQueues(text: string, host: HostContext): readonly Diagnosis[] {
  const named = (address: string): string | undefined => hostOf(address, host);
  const shared = parseReaders(text)
    .filter(({ name }) => new RegExp(OF_PULSAR).test(name))
    .filter(({ readers }) => isShared(readers, named) === 'yes');
  return [...new Set(shared.map(({ vhost }) => vhost))].map((vhost): Diagnosis => {
    const here = shared.filter((one) => one.vhost === vhost);
    const readers = here[0]?.readers ?? [];
    return {
      id: `broker/shared-queue ${vhost} ${here[0]?.name}`,
      place: 'broker',
      host: host.name,
      cause: `more than one Pulsar takes messages from ${here.map(({ name }) => name).join(', ')} in ${vhost}: each gets only some of them, so that jobs go astray`,
      evidence: nameReaders(readers, named),
      fix: unshare(readers, named),
    };
  });
}
