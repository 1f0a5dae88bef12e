import { expect, test } from 'vitest';
import { hostExamination } from '../../../src/verify/doctor/host.ts';

const NOW = 1_796_000_000;

test.each<[string, string, readonly string[], RegExp]>([
  ['well', '', [], /^$/],
  [
    'whose memory ran out',
    'oom Out of memory: Killed process 7 (bwa) total-vm:9kB\n',
    ['host/memory'],
    /^give the host more memory/,
  ],
  [
    'whose Pulsar passed its limit',
    'oom Memory cgroup out of memory: Killed process 7 (bwa) total-vm:9kB\n',
    ['host/memory'],
    /pulsar_systemd_memory_limit/,
  ],
  ['with a full disk', 'disk /dev/vda1 100 99 1 99% /\n', ['host/disk-full'], /du -xh/],
])('a host %s', (_title, said, ids, fix) => {
  const output = { code: 0, stdout: `time ${NOW}\n${said}`, stderr: '' };
  const found = hostExamination('pulsar-1', () => NOW).diagnose(output);
  expect(found.map(({ id }) => id)).toEqual(ids);
  expect(found[0]?.fix ?? '').toMatch(fix);
});
