import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import type { CheckOutput } from '../../../src/verify/check.ts';
import { jobBench } from '../../../src/verify/job/bench.ts';
import { fasta } from '../../../src/verify/job/genome.ts';
import { jobProof } from '../../../src/verify/job/job-proof.ts';
import type { ProofContext } from '../../../src/verify/proof.ts';

/** How the world of a job is where it differs from a good one. */
type World = {
  /** The status with which everything is answered. */
  readonly version?: number;
  readonly users?: unknown;
  readonly upload?: string;
  /** What Galaxy says with the job's output. */
  readonly info?: string;
  readonly job?: Readonly<Record<string, unknown>>;
  readonly runner?: string;
  readonly text?: string;
  /** Lines of `rabbitmqctl list_queues`, look by look; the last again and again. */
  readonly queues?: readonly string[];
  readonly brokerCode?: number;
  /** What is in the job's folder on Pulsar's host; undefined when there is none. */
  readonly folder?: string;
  /** What Pulsar said where it made no folder for the job. */
  readonly refusal?: string;
  readonly journal?: string;
  /** What Pulsar says of the job, again and again. */
  readonly complaint?: string;
  /** What Pulsar's unit is and said, when nobody listens on its queue. */
  readonly unit?: string;
  /** For so many seconds the job runs, and its folder changes every 200 seconds. */
  readonly moves?: number;
  /** For so many looks at the job Galaxy is being restarted. */
  readonly away?: number;
  readonly histories?: unknown;
};

const NEWS = 'pulsar__status_update\t0\t1\n';
const LISTENS = `pulsar__setup\t0\t1\n${NEWS}`;
const TEXT = fasta();
const GOOD = `host pulsar-1\nuser pulsar\ncwd /mnt/staging/7/working\nlines ${TEXT.split('\n').length - 1}\nsha256 ${createHash('sha256').update(TEXT).digest('hex')}\n`;

/** Answers as Galaxy's API, the broker and the hosts would; notes what was asked of the API. */
function contextOf(world: World): ProofContext & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  let ms = 0;
  let sentAt = 0;
  let looks = 0;
  let away = world.away ?? 0;
  const api = (method: string, path: string): [status: number, body: unknown] => {
    if (world.version) return [world.version, 'no'];
    if (path.startsWith('/api/users?'))
      return [200, world.users ?? [{ id: 'u1', email: 'gatdeploy-verify@example.org' }]];
    if (path === '/api/users/u1/api_key') return [200, method === 'POST' ? 'key' : ''];
    if (path === '/api/histories') return [200, method === 'POST' ? { id: 'h1' } : (world.histories ?? [])];
    if (path === '/api/tools/fetch') return [200, { outputs: [{ id: 'd1' }, { id: 'd2' }] }];
    if (path === '/api/datasets/o1') return [200, { id: 'o1', misc_info: world.info ?? null }];
    if (path.startsWith('/api/datasets/d')) return [200, { id: 'd', state: world.upload ?? 'ok' }];
    if (path === '/api/tools') sentAt = ms;
    if (path === '/api/tools') return [200, { jobs: [{ id: 'j1' }], outputs: [{ id: 'o1' }] }];
    if (path.startsWith('/api/jobs/j1?') && away-- > 0) return [502, '<html>Bad Gateway</html>'];
    if (path.startsWith('/api/jobs/j1?'))
      return ms < (world.moves ?? 0) * 1000
        ? [200, { state: 'running', external_id: '7' }]
        : [200, { state: 'ok', exit_code: 0, external_id: '7', ...world.job }];
    if (path === '/api/jobs/j1/destination_params') return [200, { Runner: world.runner ?? 'pulsar_runner' }];
    if (path.includes('/contents/o1/display')) return [200, world.text ?? GOOD];
    return [200, {}];
  };
  const good = (stdout: string): CheckOutput => ({ code: 0, stdout, stderr: '' });
  return {
    asked,
    clock: () => ms,
    tell: () => undefined,
    async pause(pause) {
      ms += pause;
    },
    async ask(_host, { source }) {
      // Whatever is asked takes a while, and what a journal said of the job must not be out of sight then.
      if (source.includes('rabbitmqctl')) ms += 10_000;
      const since = /--since -(\d+)s/.exec(source)?.[1];
      if (source.includes('test -z "$(ls -A inputs')) return good(world.complaint ?? '');
      if (since !== undefined && Number(since) * 1000 < ms - sentAt) return good('');
      if (source.includes('rabbitmqctl')) {
        if (world.brokerCode) return { code: world.brokerCode, stdout: '', stderr: 'Error: nodedown\n' };
        const queues = world.queues ?? [LISTENS];
        return good(queues[Math.min(looks++, queues.length - 1)] ?? '');
      }
      if (source.includes('list-units')) return good(world.unit ?? '');
      if (source.includes('cksum')) return good(`${Math.floor(ms / 200_000)}`);
      if (source.includes('journalctl') && !source.includes('return_code')) return good(world.journal ?? '');
      if (source.includes('return_code'))
        return world.folder === undefined ? { ...good(world.refusal ?? ''), code: 3 } : good(world.folder);
      ms += 1000;
      const path = /url = "https:\/\/galaxy\.example\.org([^"]*)"/.exec(source)?.[1] ?? '';
      const method = /request = "(\w+)"/.exec(source)?.[1] ?? '';
      asked.push(`${method} ${path}`);
      const [status, body] = api(method, path);
      return good(
        `${typeof body === 'string' && path.includes('display') ? body : JSON.stringify(body)}\n${status}`,
      );
    },
  };
}

const newProof = () =>
  jobProof({
    host: 'gat-1',
    url: 'https://galaxy.example.org/',
    bootstrapKey: new Secret('boot'),
    tool: 'gatdeploy_wc',
    does: 'count',
    bench: jobBench(),
    units: 'galaxy-*.service',
    destination: {
      environment: 'pulsar',
      runner: 'pulsar_runner',
      jobsDirectory: '/mnt/staging',
      queue: { vhost: '/pulsar/au', user: 'au', broker: 'gat-1', place: 'localhost:5671' },
      queuePrefix: 'pulsar_',
      pulsars: ['pulsar-1'],
    },
  });

describe('a job through the whole chain', () => {
  test.each<[string, World, RegExp]>([
    [
      'is proven by its host, runner, exit code and output',
      {},
      /^ran on pulsar-1 as pulsar by pulsar_runner, exit code 0, right output/,
    ],
    ['that Galaxy does not take ends at Galaxy', { version: 403 }, /^hop Galaxy: GET \/api\/users/],
    [
      'to something that is no Galaxy says so',
      { users: 'hello' },
      /^hop Galaxy: .*does not answer as Galaxy's API does/,
    ],
    ['outlives a restart of Galaxy', { away: 20 }, /^ran on pulsar-1/],
    ['that Galaxy never answers for ends at Galaxy', { away: 9999 }, /^hop Galaxy: GET .*: 502 .*Bad Gateway/],
    [
      'whose upload fails ends at Galaxy',
      { upload: 'error' },
      /^hop Galaxy: the upload of the input is error, and no job has left Galaxy's host yet$/,
    ],
    [
      'whose upload fails says why, as Galaxy does',
      {
        upload: 'error',
        journal: 'OSError: [Errno 28] No space left on device\nToolException: Error while building\n',
      },
      /^hop Galaxy: the upload of the input is error, .*: OSError: \[Errno 28\] No space left on device$/,
    ],
    ['is not even sent without a broker', { brokerCode: 69 }, /^hop broker: Error: nodedown/],
    [
      'is not even sent to a broker that takes no messages',
      { queues: [`${LISTENS}@alarms\nFree disk space alarm on node rabbit@gat-1\n`] },
      /^hop broker: Free disk space alarm on node rabbit@gat-1: until it is over the broker takes no messages$/,
    ],
    [
      'is not even sent when nobody listens',
      { queues: [`pulsar__setup\t3\t0\n${NEWS}`] },
      /^hop broker to Pulsar: pulsar__setup in \/pulsar\/au has 3 messages and 0 consumers: Pulsar does not listen$/,
    ],
    [
      'that nobody would take tells what Pulsar says',
      { queues: [NEWS], unit: 'pulsar.service is active, and said: (403) ACCESS_REFUSED\n' },
      /: Pulsar does not listen; on pulsar-1 pulsar.service is active, and said: \(403\) ACCESS_REFUSED$/,
    ],
    [
      'of whose end nobody would hear names the hop before',
      {
        queues: ['pulsar__setup\t0\t1\npulsar__status_update\t2\t0\n'],
        journal: 'amqp.exceptions.NotAllowed: no\n',
      },
      /^hop Galaxy to broker: pulsar__status_update in \/pulsar\/au has 2 messages and 0 consumers: Galaxy does not listen, and said: amqp.exceptions.NotAllowed: no$/,
    ],
    [
      'waits for a Pulsar that is just being restarted',
      { queues: [`pulsar__setup\t0\t0\n${NEWS}`, LISTENS] },
      /^ran on pulsar-1/,
    ],
    [
      'that the broker does not take from Galaxy names that hop',
      { job: { state: 'queued', external_id: null }, journal: 'ACCESS_REFUSED - Login was refused\n' },
      /^hop Galaxy to broker: ACCESS_REFUSED/,
    ],
    [
      'without its inputs hangs in staging',
      { job: { state: 'running' }, folder: 'inputs 0\n@said\nSSL certificate problem\n' },
      /^hop staging: \/mnt\/staging\/7 on pulsar-1 has no inputs yet: SSL certificate problem/,
    ],
    [
      'whose inputs Pulsar could not fetch failed in staging',
      { job: { state: 'error', exit_code: null }, folder: 'inputs 0\nunfetched\n@said\n(transport code: 413)\n' },
      /^hop staging: \/mnt\/staging\/7 on pulsar-1 did not get its inputs: \(transport code: 413\)/,
    ],
    [
      'that Pulsar could make no folder for failed in staging',
      {
        job: { state: 'error', exit_code: null },
        info: 'Remote job server indicated a problem running or monitoring this job.',
        refusal: "PermissionError: [Errno 13] Permission denied: '/mnt/staging/7'\n",
      },
      /^hop staging: \/mnt\/staging\/7 is not on pulsar-1, where Pulsar said: PermissionError/,
    ],
    [
      'that runs for ever hangs in the tool',
      { job: { state: 'running' }, folder: 'inputs 1\n@said\n' },
      /^hop tool: \/mnt\/staging\/7 on pulsar-1 has its inputs and no end/,
    ],
    [
      'that waits for others on a busy Pulsar names these',
      { job: { state: 'queued' }, folder: 'inputs 1\nwaits 5 6\n@said\nOSError: of long ago\n' },
      /^hop Pulsar: \/mnt\/staging\/7 on pulsar-1 has its inputs and waits until Pulsar has room for it; now runs there: 5 6$/,
    ],
    ['that takes long, but moves, is waited for', { moves: 1500 }, /^ran on pulsar-1/],
    [
      'whose folder never comes to rest is not waited for for ever',
      { moves: 9999, folder: 'inputs 1\n@said\n' },
      /^hop tool: /,
    ],
    [
      'whose tool fails names the tool and what it said',
      { job: { state: 'error', exit_code: 127, tool_stderr: 'bwa: not found\n' } },
      /^hop tool: exit code 127, bwa: not found$/,
    ],
    [
      'that has ended but does not come back names that hop',
      { job: { state: 'running' }, folder: 'inputs 1\nended\n@said\nFailed to execute staging out file, 502\n' },
      /^hop back: \/mnt\/staging\/7 on pulsar-1 has ended/,
    ],
    [
      'that Galaxy fails to take in says why',
      {
        job: { state: 'running' },
        folder: 'inputs 1\nended\n@said\n',
        journal: "AttributeError: 'NoneType' object has no attribute 'old_id'\n",
      },
      /^hop back: .*Pulsar says nothing of it; Galaxy said: AttributeError: 'NoneType'/,
    ],
    [
      'that Pulsar does not know any more says so',
      {
        job: { state: 'error', exit_code: null },
        info: "Remote job server could not determine this job's state.",
        folder: 'inputs 1\n@said\nERROR Failed to recover active job 7\n',
      },
      /^hop Pulsar: Pulsar lost the job/,
    ],
    [
      'that another runner ran is no proof',
      { runner: 'local_runner' },
      /^hop back: .*runner local_runner, not pulsar_runner/,
    ],
    [
      'with another output is no proof',
      { text: GOOD.replace(/lines \d+/, 'lines 1') },
      /the input that it read is another one/,
    ],
    ['that ran elsewhere is no proof', { text: GOOD.replace('/mnt/staging', '/tmp') }, /not below \/mnt\/staging/],
  ])('%s', async (_title, world, expected) => {
    const verdict = await newProof().conduct(contextOf(world));
    expect(verdict.got).toMatch(expected);
    expect(verdict.ok).toBe(/^ran on/.test(verdict.got));
    expect(verdict.ok || verdict.fix).toBeTruthy();
  });

  test('that does not move is given up after five minutes', async () => {
    const context = contextOf({ job: { state: 'queued', external_id: null } });
    const verdict = await newProof().conduct(context);
    expect(verdict.ok).toBe(false);
    expect(context.clock() / 1000).toBeGreaterThan(290);
    expect(context.clock() / 1000).toBeLessThan(400);
  });

  test('that Pulsar tries in vain to send back is given up as soon as that shows', async () => {
    const said = 'Failed to execute staging out file, Connection refused\n';
    const context = contextOf({
      job: { state: 'running' },
      folder: `inputs 1\nended\n@said\n${said}`,
      complaint: said,
    });
    expect((await newProof().conduct(context)).got).toMatch(/^hop back: .*Connection refused$/);
    expect(context.clock() / 1000).toBeGreaterThan(85);
    expect(context.clock() / 1000).toBeLessThan(200);
  });

  test('is not sent after one that never ended', async () => {
    const context = contextOf({ job: { state: 'queued' }, folder: 'inputs 0\n@said\nerror 413\n' });
    const proof = newProof();
    await proof.conduct(context);
    const verdict = await proof.conduct(context);
    expect(verdict.got).toMatch(/^hop staging: .*error 413 \(the job of gatdeploy_wc that was there first\)$/);
    expect(context.asked.filter((one) => one === 'POST /api/tools')).toHaveLength(1);
  });

  test('leaves no key, no history and no waiting job behind', async () => {
    const context = contextOf({ job: { state: 'queued' } });
    const proof = newProof();
    await proof.conduct(context);
    await proof.close?.(context);
    expect(context.asked.filter((one) => one.startsWith('DELETE'))).toEqual([
      'DELETE /api/jobs/j1',
      'DELETE /api/histories/h1?purge=true',
      'DELETE /api/users/u1/api_key',
    ]);
  });

  test("removes what a killed run on this machine has left, and nobody else's", async () => {
    const histories = [
      { id: 'dead', name: `gatdeploy verify ${hostname()} 4194305` },
      { id: 'mine', name: `gatdeploy verify ${hostname()} ${process.pid}` },
      { id: 'other', name: 'gatdeploy verify elsewhere 1' },
    ];
    const context = contextOf({ histories });
    await newProof().conduct(context);
    expect(context.asked.filter((one) => one.startsWith('DELETE'))).toEqual([
      'DELETE /api/histories/dead?purge=true',
    ]);
  });

  test("a second job of the same Galaxy takes the first one's upload", async () => {
    const context = contextOf({});
    const proof = newProof();
    await proof.conduct(context);
    await proof.conduct(context);
    expect(context.asked.filter((one) => one === 'POST /api/tools/fetch')).toHaveLength(1);
    expect(context.asked.filter((one) => one === 'POST /api/tools')).toHaveLength(2);
  });
});
