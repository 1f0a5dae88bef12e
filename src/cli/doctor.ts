/** `gatdeploy doctor`: from a symptom to its cause: asks the hosts what is wrong, where, and which command mends it. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Output, Session } from '../session/session-types.ts';
import type { Pending } from '../verify/doctor/conclude.ts';
import type { Diagnosis } from '../verify/doctor/examination.ts';
import { addStackOptions, type StackFlags } from './run/options.ts';

type Flags = StackFlags & { readonly since: number };

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('doctor')
    .description(
      'find out why jobs do not run: which place is wrong, what shows it, and the command that mends it',
    )
    .argument('[stack...]', 'names of stacks or playbooks; default: galaxy pulsar')
    .option('--since <time>', 'look at logs of this time: 30m, 2h, 1d', duration, 3600);
  addStackOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  gatdeploy doctor                     all places: web server, broker, Pulsar, Galaxy, and the ways between
  gatdeploy doctor pulsar --since 1d   a site's own side, without Galaxy's secrets
  gatdeploy doctor --json              one record with every cause, for machines`,
    )
    .action(runDoctor);
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** @throws InvalidArgumentError, which commander shows with the option */
function duration(value: string): number {
  const [, number = '', unit = ''] = /^(\d{1,5})([smhd])$/.exec(value) ?? [];
  const seconds = Number(number) * (SECONDS[unit] ?? 0);
  if (seconds > 0) return seconds;
  throw new InvalidArgumentError('it is not a time such as 30m, 2h or 1d.');
}

async function runDoctor(named: readonly string[], flags: Flags): Promise<void> {
  const { withOutput } = await import('./run/output.ts');
  const { EXIT } = await import('./exit-codes.ts');
  const { openStack } = await import('../stack/open-stack.ts');
  const { linkCheckHosts, openSession } = await import('../session/session.ts');
  const { planSession } = await import('../session/plan-session.ts');
  const names = named.length > 0 ? named : ['galaxy', 'pulsar'];
  await withOutput(flags, async (output) => {
    const opened = await openSession(await openStack(names, flags), { ...output, ...flags });
    try {
      const { session, plan } = await planSession(opened, { ...output, ...flags });
      await linkCheckHosts(session);
      const { pendingOf } = await import('./run/pending.ts');
      const found = await findCauses(session, output, { pending: pendingOf(plan, names), since: flags.since });
      const asked = { hosts: session.links.links.size, checks: session.checks.length, sinceSeconds: flags.since };
      output.reporter.diagnoses(found, asked);
      if (session.links.unreachable.size > 0) return EXIT.unreachable;
      return found.length > 0 ? EXIT.verify : EXIT.ok;
    } finally {
      await opened.close();
    }
  });
}

/** Failing checks are tried for a moment only: whoever asks a doctor has waited long enough. */
const PATIENCE_MS = 3000;

async function findCauses(
  session: Session,
  { reporter, clock }: Output,
  { pending, since }: { readonly pending: readonly Pending[]; readonly since: number },
): Promise<readonly Diagnosis[]> {
  const { runChecks } = await import('../verify/run.ts');
  const { examineAll } = await import('../verify/doctor/examine.ts');
  const { conclude } = await import('../verify/doctor/conclude.ts');
  const { hostExamination } = await import('../verify/doctor/host.ts');
  const { links, unreachable } = session.links;
  const brief = session.checks.map((check) => ({
    ...check,
    ...(check.patienceMs === undefined ? {} : { patienceMs: Math.min(check.patienceMs, PATIENCE_MS) }),
  }));
  const hosts = [...links.keys()].map((host) => hostExamination(host, () => Date.now() / 1000));
  const [checks, diagnoses] = await Promise.all([
    runChecks(brief, { links, emit: reporter.emit, clock }),
    examineAll([...hosts, ...session.examinations], { links, sinceSeconds: since }),
  ]);
  const lost = [...unreachable].map(
    ([host, error]): Diagnosis => ({
      id: 'host/unreachable',
      place: 'way',
      host,
      cause: 'this machine does not get in, so that nothing is known of the host',
      evidence: error.what,
      fix: error.fix ?? `ssh ${host}`,
    }),
  );
  return conclude({ diagnoses: [...lost, ...diagnoses], checks, pending });
}
