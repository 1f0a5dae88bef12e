/** Names this controller's process, so that a later run on the same machine can tell that it is gone. See proc(5). */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Whether a process that was named earlier is gone; `elsewhere` when that can't be told from here. */
export type Whereabouts = 'here' | 'gone' | 'elsewhere';

/** The name of this process: machine and boot, process id, time of birth. */
export function nameProcess(): string {
  return `${machine()} ${process.pid} ${bornAt(process.pid) ?? ''}`.trimEnd();
}

/** Says what became of a process that `nameProcess` named. */
export function findProcess(name: string): Whereabouts {
  const [place, pid = '', born = ''] = name.split(' ');
  if (place !== machine() || !/^\d+$/.test(pid) || born === '') return 'elsewhere';
  return bornAt(Number(pid)) === born ? 'here' : 'gone';
}

/** One word for this boot of this machine and the name space in which process ids mean something. */
function machine(): string {
  const parts = [
    hostname(),
    attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    attempt(() => readlinkSync('/proc/self/ns/pid')),
  ];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

/** In ticks since the boot; undefined when there is no such process, or no /proc; a zombie no longer runs. */
function bornAt(pid: number): string | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
