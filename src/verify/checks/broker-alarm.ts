/** Alarms of a broker: with one it lets everybody in, but takes no messages. See rabbitmq-diagnostics(8). */
import { sh } from '../../base/shell.ts';

/** Prints the broker's alarms. */
export const PRINT_ALARMS = sh`timeout 30 rabbitmq-diagnostics -q alarms </dev/null 2>&1`;

export type Alarm = { readonly of: 'disk' | 'memory'; readonly line: string; readonly fix: string };

/** The first alarm in a text such as `Memory alarm on node rabbit@galaxy` or `Free disk space alarm on node rabbit@galaxy`. */
export function alarmIn(text: string, host: string): Alarm | undefined {
  const line = /^.*\balarm on node.*$/im.exec(text)?.[0].trim();
  if (line === undefined) return undefined;
  return /\bdisk\b/i.test(line)
    ? {
        of: 'disk',
        line,
        fix: `ssh ${host} df -h /var/lib/rabbitmq; free some space (the limit is disk_free_limit)`,
      }
    : {
        of: 'memory',
        line,
        fix: `ssh ${host} sudo rabbitmqctl set_vm_memory_high_watermark 0.6 raises the limit until the next start, vm_memory_high_watermark in rabbitmq_config for good; where memory itself is short, empty queues that nobody reads`,
      };
}
