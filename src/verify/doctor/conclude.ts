/** From what was found to what is wrong: causes first, and without what only follows from them. */
import type { CheckResult } from '../run.ts';
import { type Diagnosis, PLACES, type Place } from './examination.ts';

/** By the beginnings of their ids, where it is that a check looks at; the first that fits counts. */
const CHECK_PLACES: readonly (readonly [RegExp, Place])[] = [
  [/\/(?:broker|galaxy)-tls$|^nginx\/tls|certificate|certbot/, 'way'],
  [/^nginx/, 'web server'],
  [/^rabbitmq/, 'broker'],
  [/^cvmfs/, 'reference data'],
  [/^(?:galaxy|postgresql|tusd)/, 'Galaxy'],
  [/^pulsar/, 'Pulsar'],
];

/** What the hosts differ in from what is declared. */
export type Pending = {
  readonly host: string;
  readonly changes: readonly string[];
  readonly stacks: readonly string[];
};

/** Draws the conclusion, in the order in which causes have to be mended. */
export function conclude(found: {
  readonly diagnoses: readonly Diagnosis[];
  readonly checks: readonly CheckResult[];
  readonly pending: readonly Pending[];
}): readonly Diagnosis[] {
  const failed = found.checks.filter(({ verdict }) => !verdict.ok).map(ofCheck);
  const told = [...found.pending.flatMap(ofPending), ...found.diagnoses, ...failed];
  const all = told.filter(({ needs }) => needs === undefined || told.some(({ id }) => begins(id, needs)));
  const left = all.filter(
    (one, at) => !all.some((other, index) => other !== one && explains(other, one, index < at)),
  );
  return uniqueBy(left, ({ id, host }) => `${host} ${id}`).sort(
    (a, b) => PLACES.indexOf(a.place) - PLACES.indexOf(b.place),
  );
}

/** Of two that explain each other, the one further upstream is the cause; at one place the one that was found first. */
function explains(cause: Diagnosis, effect: Diagnosis, isFirst: boolean): boolean {
  if (!follows(effect, cause)) return false;
  if (!follows(cause, effect)) return true;
  const distance = PLACES.indexOf(cause.place) - PLACES.indexOf(effect.place);
  return distance < 0 || (distance === 0 && isFirst);
}

function follows(effect: Diagnosis, cause: Diagnosis): boolean {
  return begins(effect.id, cause.explains ?? []);
}

function begins(id: string, beginnings: readonly string[]): boolean {
  return beginnings.some((one) => id.startsWith(one));
}

function placeOf(id: string): Place | undefined {
  return CHECK_PLACES.find(([pattern]) => pattern.test(id))?.[1];
}

/** What a Pulsar cannot do either that gets no handshake with its broker. */
const OF_WAY = ['login', 'consumers', 'connections', 'message'];

/** What shows on a Pulsar that does not get to Galaxy's web server. */
const OF_CLOSED_WAY = ['pulsar/staging-galaxy-down', 'pulsar/staging-refused', 'galaxy/jobs-failed remote'];

function ofCheck({ check, verdict }: CheckResult): Diagnosis {
  const place = placeOf(check.id) ?? 'Pulsar';
  return {
    id: check.id,
    place,
    host: check.host,
    cause: `it does not hold that ${check.title}`,
    evidence: verdict.got,
    fix: verdict.fix ?? `gatdeploy verify tells more`,
    ...explainsOf(check.id),
  };
}

/** What a failed check has told already, so that nothing else needs to. */
function explainsOf(id: string): Pick<Diagnosis, 'explains'> {
  if (id.endsWith('/galaxy-tls')) return { explains: OF_CLOSED_WAY };
  if (id.endsWith('/broker-tls')) return { explains: OF_WAY.map((one) => id.replace('broker-tls', one)) };
  const vhost = /^(?!galaxy\/).*\/consumers (.+)$/.exec(id)?.[1];
  return vhost === undefined ? {} : { explains: [`broker/shared-queue ${vhost} `] };
}

/** Processes that merely do not run, or have to be started anew: whatever ended them is the cause. */
const PROCESS =
  /^(?:service|gravity_processes)\[(.+?)(?:\.service|\.target)?\] (?:start|update (?:loaded|running)(?:, (?:loaded|running|reread))*)$/;

/** What a broker that is not as declared brings about. */
const OF_BROKER = [
  'rabbitmq/',
  'pulsar',
  'broker/queue',
  'galaxy/consumers',
  'galaxy/broker',
  'galaxy/job',
  'galaxy/no-vhost',
];

/** Its accounts, and the files that it reads. */
const BROKERS = /^rabbitmq_|^\w+\[\/etc\/rabbitmq\//;

/** What a database that does not run brings about. */
const OF_DATABASE = ['postgresql/', 'galaxy/database'];

/** What a certificate that is not as declared brings about. */
const OF_CERTIFICATE = [
  'nginx/tls',
  'rabbitmq/certificate',
  'pulsar.service/broker-tls',
  'pulsar.service/galaxy-tls',
  'galaxy/broker-lost',
  'galaxy/version',
];

/** A host that is not as declared often shows what somebody changed; processes alone only show that something happened. */
function ofPending({ host, changes, stacks }: Pending): readonly Diagnosis[] {
  const fix = `gatdeploy apply ${stacks.join(' ')}`;
  const processes = changes.flatMap((change) => PROCESS.exec(change)?.[1] ?? []);
  const others = changes.filter((change) => !PROCESS.test(change));
  const ofProcesses = processes.map((name): Diagnosis => {
    const evidence = changes.find((change) => PROCESS.exec(change)?.[1] === name) ?? '';
    return {
      id: `${name}/pending`,
      place: placeOf(name) ?? 'host',
      host,
      cause: evidence.endsWith(' start') ? `${name} does not run` : `${name} is to be started anew`,
      evidence,
      fix,
      ...(name.startsWith('postgresql') ? { explains: OF_DATABASE } : {}),
    };
  });
  if (others.length === 0) return ofProcesses;
  const shown = others.slice(0, 5).join('; ');
  return [
    {
      id: 'host/not-as-declared',
      place: 'host',
      host,
      cause: `the host is not as the variables say: ${others.length} ${others.length === 1 ? 'difference' : 'differences'}`,
      evidence: others.length > 5 ? `${shown}; and ${others.length - 5} more` : shown,
      fix,
      explains: [
        ...processes.map((name) => `${name}/pending`),
        ...(others.some((change) => BROKERS.test(change)) ? OF_BROKER : []),
        ...(others.some((change) => change.startsWith('certificate')) ? OF_CERTIFICATE : []),
      ],
    },
  ];
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map([...items].reverse().map((item) => [keyOf(item), item])).values()].reverse();
}
