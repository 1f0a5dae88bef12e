/** What differs on the hosts from what is declared, since when, and who had a hand in it, as far as the hosts know. */
import { runReading } from '../apply/execute.ts';
import { type JournalLine, parseJournal, printJournal } from '../apply/journal.ts';
import type { HostLink } from '../apply/work.ts';
import { sh } from '../base/shell.ts';
import { newNonce, parseSections, renderSections } from '../plan/frame.ts';
import type { Entry, Plan } from '../plan/plan.ts';

/** One resource that is not as declared. Times are ISO texts by the host's clock. */
export type Drift = {
  readonly host: string;
  readonly resource: string;
  readonly status: 'create' | 'update' | 'remove' | 'unknown';
  /** The keys that differ, or why the state is unknown. */
  readonly what: string;
  /** When its file, folder or link last changed. */
  readonly since?: string;
  /** When a run of gatdeploy last changed it, and who ran it. */
  readonly applied?: { readonly at: string; readonly by: string };
  /** Whether it changed after the last run that touched it, so by somebody else. */
  readonly byOthers?: boolean;
};

/** Finds out about everything in the plan that is not as declared; one round trip to each host that has any. */
export async function findDrift(plan: Plan, links: ReadonlyMap<string, HostLink>): Promise<readonly Drift[]> {
  const entries = plan.entries.filter((entry) => entry.status !== 'same');
  const hosts = [...new Set(entries.map((entry) => entry.node.host))];
  const found = await Promise.all(
    hosts.map((host) => {
      const own = entries.filter((entry) => entry.node.host === host);
      const link = links.get(host);
      return link ? hostDrift(own, link) : [];
    }),
  );
  return found.flat();
}

async function hostDrift(entries: readonly Entry[], link: HostLink): Promise<readonly Drift[]> {
  const paths = entries.flatMap((entry) => pathOf(entry) ?? []);
  const nonce = newNonce();
  const sections = [
    { name: 'journal', script: printJournal },
    { name: 'times', script: paths.length === 0 ? sh`true` : sh`stat -c '%Z %n' -- ${paths} 2>/dev/null || true` },
  ];
  const { stdout } = await runReading(link, renderSections(sections, nonce));
  const outputs = parseSections(stdout, nonce);
  const textOf = (name: string): string => outputs.get(name)?.stdout.toString('utf8') ?? '';
  const journal = parseJournal(textOf('journal'));
  const times = new Map(
    textOf('times')
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(line.indexOf(' ') + 1), Number(line.split(' ')[0])]),
  );
  return entries.map((entry) => describe(entry, journal, times));
}

function describe(entry: Entry, journal: readonly JournalLine[], times: ReadonlyMap<string, number>): Drift {
  const { node } = entry;
  const at = times.get(pathOf(entry) ?? '');
  const done = journal.findLast(
    ({ event, subject }) => event === 'done' && subject.split(', ').includes(node.resource.id),
  );
  const by = journal.find(({ event, run }) => event === 'begin' && run === done?.run)?.subject;
  return {
    host: node.host,
    resource: node.resource.id,
    status: entry.status === 'same' ? 'unknown' : entry.status,
    what: whatDiffers(entry),
    ...(at !== undefined && { since: isoTime(at) }),
    ...(done && { applied: { at: isoTime(done.at), by: by ?? 'somebody' } }),
    ...(at !== undefined && done && { byOthers: at > done.at }),
  };
}

function whatDiffers(entry: Entry): string {
  if (entry.status === 'unknown') return entry.reason;
  if (entry.status === 'same') return '';
  return entry.differences.map(({ key }) => key).join(', ');
}

function pathOf({ node: { resource } }: Entry): string | undefined {
  return resource.kind.touches(resource).path;
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** Renders one as lines for people. */
export function renderDrift({ host, resource, status, what, since, applied, byOthers }: Drift): string {
  return [
    `${host}: ${resource}: ${status}${what === '' ? '' : ` ${what}`}`,
    ...(since === undefined ? [] : [`    changed ${since}${byOthers ? ', not by gatdeploy' : ''}`]),
    ...(applied === undefined ? [] : [`    applied ${applied.at} by ${applied.by}`]),
  ].join('\n');
}
