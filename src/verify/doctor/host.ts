/** What can be wrong with any host: full disks, a wrong clock, memory that ran out. */
import { sh } from '../../base/shell.ts';
import type { Diagnosis, Examination } from './examination.ts';

/** Services must agree on the time to a minute: certificates, job keys and tokens depend on it. */
const MOST_SKEW = 60;
const FULL = 97;

/** Examines a host itself. @param now the controller's time in seconds, by which the host's clock is judged */
export function hostExamination(host: string, now: () => number): Examination {
  return {
    id: 'host',
    host,
    script: sh`echo "time $(date +%s)"
df -Pk -x devtmpfs -x overlay 2>/dev/null | sed -n '2,$s/^/disk /p'
df -Pk / 2>/dev/null | sed -n '2s/^/disk /p'
df -Pi / 2>/dev/null | sed -n '2s/^/inodes /p'
timeout 10 journalctl -q -k --since "$gd_since" -o cat --no-pager --grep '[Oo]ut of memory: Killed process' -n 1 2>/dev/null | sed 's/^/oom /'
true`,
    diagnose: ({ stdout }) => [
      ...fullDisks(host, stdout),
      ...wrongClock(host, stdout, now()),
      ...noMemory(host, stdout),
    ],
  };
}

/** Parses `disk /dev/sda1 41152736 39000000 2000000 96% /`. */
function fullDisks(host: string, text: string): readonly Diagnosis[] {
  const rows = [...text.matchAll(/^(disk|inodes) \S+ +\d+ +\d+ +(\d+) +(\d+)% +(.+)$/gm)];
  const full = rows.find(([, , , used]) => Number(used) >= FULL);
  if (!full) return [];
  const [, what, free, used, at] = full;
  return [
    {
      id: 'host/disk-full',
      place: 'host',
      host,
      cause: `${at} is full, so that services can't write`,
      evidence:
        what === 'disk' ? `${used} % used, ${free} KiB free` : `${used} % of its inodes used, ${free} free`,
      fix: `ssh ${host} sudo du -xh --max-depth=2 ${at} | sort -h | tail -n 20`,
      explains: [
        'broker/alarm',
        'pulsar/no-space',
        'galaxy/no-space',
        'rabbitmq/',
        'broker/down',
        'pulsar/ends',
        'galaxy/jobs',
      ],
    },
  ];
}

/** To a host whose clock is wrong certificates of others have expired, or are of the future. */
const OF_CLOCK = [
  'pulsar.service/clock',
  'pulsar.service/broker-tls',
  'pulsar.service/galaxy-tls',
  'pulsar.service/login',
  'pulsar.service/consumers',
  'pulsar/broker-expired',
  'pulsar/broker-future',
  'pulsar/galaxy-untrusted',
  'nginx/tls',
];

function wrongClock(host: string, text: string, now: number): readonly Diagnosis[] {
  const then = /^time (\d+)$/m.exec(text)?.[1];
  const skew = then === undefined ? 0 : Math.round(Number(then) - now);
  if (Math.abs(skew) <= MOST_SKEW) return [];
  return [
    {
      id: 'host/clock',
      place: 'host',
      host,
      cause: 'its clock is wrong, so that certificates and keys seem to be of another time',
      evidence: `${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} this machine`,
      fix: `ssh ${host} sudo systemctl enable --now systemd-timesyncd; timedatectl shows whether it is in step`,
      explains: OF_CLOCK,
    },
  ];
}

/** Parses `Out of memory: Killed process 7 (bwa)`, and `Memory cgroup out of memory: …` where a limit was passed. */
function noMemory(host: string, text: string): readonly Diagnosis[] {
  const line = /^oom (.+)$/m.exec(text)?.[1];
  if (line === undefined) return [];
  const ofLimit = line.startsWith('Memory cgroup');
  return [
    {
      id: 'host/memory',
      place: 'host',
      host,
      cause: ofLimit
        ? 'a service and what runs in it needed more memory than it may have, and the kernel ended a process'
        : 'its memory ran out, and the kernel ended a process',
      evidence: line.slice(0, 200),
      fix: ofLimit
        ? 'raise the limit (pulsar_systemd_memory_limit for Pulsar and its jobs), or let fewer jobs run at once (num_concurrent_jobs)'
        : 'give the host more memory or swap, or let fewer jobs run at once (num_concurrent_jobs)',
    },
  ];
}
