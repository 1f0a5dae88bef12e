import { describe, expect, test } from 'vitest';
import { conclude, type Pending } from '../../../src/verify/doctor/conclude.ts';
import type { Diagnosis, Place } from '../../../src/verify/doctor/examination.ts';
import { readNewest, readSigns, type Sign } from '../../../src/verify/doctor/signs.ts';
import type { CheckResult } from '../../../src/verify/run.ts';

const diagnosis = (id: string, place: Place, explains?: readonly string[]): Diagnosis => ({
  id,
  place,
  host: 'gat-1',
  cause: id,
  evidence: '',
  fix: '',
  ...(explains ? { explains } : {}),
});

const failed = (id: string): CheckResult => ({
  check: { id, host: 'gat-1', title: 'all is well', asks: 'is it?' },
  verdict: { ok: false, got: 'no' },
  ms: 1,
});

const pending = (...changes: readonly string[]): Pending => ({ host: 'gat-1', changes, stacks: ['galaxy'] });

function ids(found: Partial<Parameters<typeof conclude>[0]>): readonly string[] {
  return conclude({ diagnoses: [], checks: [], pending: [], ...found }).map(({ place, id }) => `${place}: ${id}`);
}

describe('the conclusion', () => {
  test('of nothing is nothing', () => expect(ids({})).toEqual([]));

  test('names what lies upstream first', () =>
    expect(
      ids({ diagnoses: [diagnosis('a', 'Galaxy'), diagnosis('b', 'broker'), diagnosis('c', 'host')] }),
    ).toEqual(['host: c', 'broker: b', 'Galaxy: a']));

  test('a Pulsar that gets no handshake cannot log in either', () =>
    expect(
      ids({
        checks: ['pulsar.service/login', 'pulsar.service/consumers /a', 'pulsar.service/broker-tls'].map(failed),
      }),
    ).toEqual(['way: pulsar.service/broker-tls']));

  test('a Pulsar that does not get to the web server has no trouble of its own with files', () =>
    expect(
      ids({
        checks: [failed('pulsar.service/galaxy-tls')],
        diagnoses: [
          diagnosis('pulsar/staging-galaxy-down', 'Galaxy'),
          diagnosis('galaxy/jobs-failed remote', 'Galaxy'),
        ],
      }),
    ).toEqual(['way: pulsar.service/galaxy-tls']));

  test('leaves out what only follows', () =>
    expect(
      ids({
        diagnoses: [
          diagnosis('pulsar/login-refused', 'Pulsar'),
          diagnosis('broker/key', 'broker', ['pulsar', 'rabbitmq']),
        ],
        checks: [failed('rabbitmq/login au'), failed('pulsar.service/login'), failed('cvmfs/probe')],
      }),
    ).toEqual(['broker: broker/key', 'reference data: cvmfs/probe']));

  test('tells what a log says, and what may be over, only where a check shows it', () => {
    const lost = { ...diagnosis('galaxy/broker-lost', 'way', ['galaxy/consumers']), needs: ['galaxy/consumers'] };
    expect(ids({ diagnoses: [lost] })).toEqual([]);
    expect(ids({ diagnoses: [lost], checks: [failed('galaxy/consumers /a')] })).toEqual([
      'way: galaxy/broker-lost',
    ]);
  });

  test('of two that explain each other keeps the one upstream, or the first', () => {
    const way = diagnosis('way', 'way', ['pulsar']);
    const pulsar = diagnosis('pulsar', 'Pulsar', ['way']);
    const [first, second] = [diagnosis('b/1', 'broker', ['b']), diagnosis('b/2', 'broker', ['b'])];
    expect(ids({ diagnoses: [pulsar, way] })).toEqual(['way: way']);
    expect(ids({ diagnoses: [first, second] })).toEqual(['broker: b/1']);
  });

  test('tells a changed host apart from a process that merely has to be started', () => {
    expect(
      ids({ pending: [pending('file[/etc/a] update content', 'service[pulsar.service] update loaded')] }),
    ).toEqual(['host: host/not-as-declared']);
    expect(ids({ pending: [pending('service[pulsar.service] update loaded')] })).toEqual([
      'Pulsar: pulsar/pending',
    ]);
  });

  test('takes an account that is not as declared for the cause of refused logins', () =>
    expect(
      ids({
        pending: [pending('rabbitmq_user[au] update password')],
        checks: [failed('rabbitmq/login au'), failed('pulsar.service/consumers /pulsar/au')],
      }),
    ).toEqual(['host: host/not-as-declared']));

  test("tells a shared queue once: in a check's words where that Pulsar is one of ours", () =>
    expect(
      ids({
        diagnoses: ['/pulsar/au pulsar__setup', '/pulsar/au2 pulsar__setup'].map((queue) =>
          diagnosis(`broker/shared-queue ${queue}`, 'broker'),
        ),
        checks: [failed('pulsar.service/consumers /pulsar/au')],
      }),
    ).toEqual([
      'broker: broker/shared-queue /pulsar/au2 pulsar__setup',
      'Pulsar: pulsar.service/consumers /pulsar/au',
    ]));

  test.each<[string, string, readonly string[]]>([
    [
      'file[/etc/rabbitmq/rabbitmq.conf] update content',
      'host: host/not-as-declared',
      ['rabbitmq/listeners', 'pulsar.service/broker-tls', 'galaxy/consumers /pulsar/au'],
    ],
    ['rabbitmq_vhost[/pulsar/au] create', 'host: host/not-as-declared', ['galaxy/no-vhost']],
    [
      'service[postgresql@15-main.service] start',
      'Galaxy: postgresql@15-main/pending',
      ['postgresql/answers', 'galaxy/database'],
    ],
  ])('takes %s for the cause of what follows from it', (change, cause, effects) =>
    expect(ids({ pending: [pending(change)], checks: effects.map(failed) })).toEqual([cause]),
  );
});

const signs: readonly Sign[] = [
  { id: 'refused', pattern: /refused for (\S+)/, place: 'broker', cause: '$1 is refused', fix: 'mend $1' },
  { id: 'lost', pattern: /lost/, place: 'way', cause: 'the way is lost', fix: 'look' },
];

describe('signs in a log', () => {
  test('tell the newest line of each', () =>
    expect(readSigns('refused for a\nrefused for b\nall is well\n', signs, 'gat-1')).toMatchObject([
      { id: 'refused', cause: 'b is refused', evidence: 'refused for b', fix: 'mend b', host: 'gat-1' },
    ]));

  test('that shut each other out tell only the newest', () =>
    expect(readNewest('refused for a\nlost\nfine\n', signs, 'gat-1').map(({ id }) => id)).toEqual(['lost']));
});
