/** Old and new texts of the files that a plan changes; the old ones are fetched from the hosts, one round trip each. */
import { runReading } from '../apply/execute.ts';
import type { HostLink } from '../apply/work.ts';
import { redact, reveal, Secret, type Text } from '../base/secret.ts';
import { sh } from '../base/shell.ts';
import { newNonce, parseSections, renderSections } from '../plan/frame.ts';
import type { Entry, Plan } from '../plan/plan.ts';
import type { TextChange } from '../report/text-diff.ts';

/** Files beyond this size are not fetched whole. */
const MOST_BYTES = 262_144;

/** Reads the texts of a plan's created and updated files, by resource key. */
export async function readTexts(
  plan: Plan,
  links: ReadonlyMap<string, HostLink>,
): Promise<ReadonlyMap<string, TextChange>> {
  const entries = plan.entries.filter(changesText);
  const hosts = [...new Set(entries.map((entry) => entry.node.host))];
  const changes = await Promise.all(
    hosts.map((host) =>
      readHostTexts(
        entries.filter((entry) => entry.node.host === host),
        links.get(host),
      ),
    ),
  );
  return new Map(changes.flat());
}

function changesText(entry: Entry): boolean {
  if (entry.node.resource.kind.text(entry.node.resource) === undefined) return false;
  if (entry.status === 'create') return true;
  return entry.status === 'update' && entry.differences.some(({ key }) => key === 'content');
}

async function readHostTexts(
  entries: readonly Entry[],
  link: HostLink | undefined,
): Promise<[string, TextChange][]> {
  if (!link) return [];
  const nonce = newNonce();
  const sections = entries.map((entry, index) => ({
    name: `text-${index}`,
    script: sh`head -c ${MOST_BYTES} -- ${entry.node.resource.kind.text(entry.node.resource)?.path ?? ''}`,
  }));
  const result = await runReading(link, renderSections(sections, nonce));
  const outputs = parseSections(result.stdout, nonce);
  return entries.map((entry, index) => {
    const output = outputs.get(`text-${index}`);
    const found = output?.code === 0 ? output.stdout.toString('utf8') : undefined;
    const after = entry.node.resource.kind.text(entry.node.resource)?.content;
    return [entry.key, { before: found === undefined ? undefined : hideOld(found, after), after }];
  });
}

/** Where the new text holds a secret, the old one may hold an older one: only lines that stay are shown. */
function hideOld(before: string, after: Text | undefined): Text {
  if (after === undefined || typeof after === 'string') return before;
  const shown = redact(after).split('\n');
  const kept = new Map(
    reveal(after)
      .split('\n')
      .map((line, index) => [line, shown[index] ?? '***']),
  );
  const lines = before.split('\n').map((line) => kept.get(line) ?? '***');
  return new Secret(before, lines.join('\n'));
}
