/**
 * A plan as a comment for a pull request: short, with a marker by which a pipeline finds and updates it, and nothing at
 * all where nothing changes. All that comes from a project or a host stands in fenced blocks, where it is only text.
 */
import type { Graph } from '../../graph/graph.ts';
import type { Entry, Plan } from '../../plan/plan.ts';
import { foldAlike } from '../alike.ts';
import { draw, type Lines } from '../line.ts';
import { neutralise } from '../neutral.ts';
import { byHost, countStatuses, type PlanOptions, renderEntry } from '../plan.ts';
import { count } from '../quantity.ts';
import { renderTextDiff } from '../text-diff.ts';

/** GitHub takes 65,536 characters, GitLab a million; what is left over is for the pipeline's own words. */
const MOST_CHARACTERS = 60_000;
const COLUMNS = 100;

export type CommentOptions = PlanOptions & {
  /** The stacks that were planned; comments of other stacks have other markers. */
  readonly stacks: readonly string[];
  /** Where the plan comes from, when no host was asked. */
  readonly isOffline?: boolean;
  readonly mostCharacters?: number;
};

/** The line by which a pipeline finds its own comment again. */
export function commentMarker(stacks: readonly string[]): string {
  return `<!-- gatdeploy-plan: ${stacks.map((one) => one.replace(/[^\w./-]/g, '_').replaceAll('--', '__')).join(' ')} -->`;
}

/** Renders the comment; an empty text when nothing changes and every host was read. */
export function renderComment(plan: Plan, graph: Graph, options: CommentOptions): string {
  const { unreachable = [], stacks, mostCharacters = MOST_CHARACTERS } = options;
  const changing = plan.entries.filter((entry) => entry.status !== 'same');
  if (changing.length === 0 && unreachable.length === 0) return '';
  const head = [
    commentMarker(stacks),
    `### gatdeploy plan: ${options.isDeclaredOnly ? `${count(changing.length, 'resource')} declared` : countWords(plan)}`,
    options.isOffline ? '\nNo host was asked: this compares what is declared.' : '',
    unreachable.length > 0
      ? `\n**Not read:** ${count(unreachable.length, 'host')}, so nothing is planned there.`
      : '',
  ].filter((line) => line !== '');
  const byName = byHost(changing);
  const lines = [...byName].map(([host, entries]) => [host, hostLines(entries, options)] as const);
  const missing = unreachable.flatMap(({ host, error }): Lines => [[`${host}: ${error.what}`]]);
  const blocks = [
    ...(missing.length > 0 ? [block('Hosts that could not be read', missing)] : []),
    ...foldAlike(lines).map((told) => {
      const each = byName.get(told.hosts[0] ?? '')?.length ?? 0;
      const what = count(each, options.isDeclaredOnly ? 'resource' : 'change');
      return block(`${told.title}: ${what}${told.hosts.length > 1 ? ' each' : ''}`, told.lines);
    }),
    ...(graph.external.length > 0
      ? [
          block(
            'Must be there already',
            graph.external.map(({ capability, by }) => [`${capability}, for ${by}`]),
          ),
        ]
      : []),
  ];
  return `${fitting(head.join('\n'), blocks, mostCharacters)}\n`;
}

function countWords(plan: Plan): string {
  const { create, update, remove, unknown } = countStatuses(plan);
  const parts = [
    [create, 'create'],
    [update, 'update'],
    [remove, 'remove'],
    [unknown, 'known after apply'],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return told.length > 0 ? told.join(', ') : 'no changes';
}

type Block = { readonly title: string; readonly lines: readonly string[] };

function hostLines(entries: readonly Entry[], { texts, hideTexts, isDeclaredOnly }: CommentOptions): Lines {
  if (isDeclaredOnly) return entries.map(({ node }) => [node.resource.id]);
  return entries.flatMap((entry): Lines => {
    const text = hideTexts ? undefined : texts?.get(entry.key);
    return [...renderEntry(entry, 0, { columns: COLUMNS }), ...(text ? renderTextDiff(text) : [])];
  });
}

/** Marks stand at the start of a line, so that the block's language colours them. */
function block(title: string, lines: Lines): Block {
  const drawn = draw(lines).trimEnd().split('\n');
  return { title, lines: drawn.map((line) => line.replace(/^ {2}(?=[-+~?] )|^ {6}(?=[-+])/, '')) };
}

/** As many lines as there is room for; what is left out is counted. */
function fitting(head: string, blocks: readonly Block[], room: number): string {
  let text = head;
  let left = 0;
  for (const one of blocks) {
    const rendered = renderBlock(one);
    const space = room - 200 - text.length;
    if (left === 0 && rendered.length <= space) text += rendered;
    else {
      const kept = left === 0 ? linesWithin(one, space) : 0;
      if (kept > 0) text += renderBlock({ ...one, lines: one.lines.slice(0, kept) });
      left += one.lines.length - kept;
    }
  }
  return left > 0
    ? `${text}\n\n**${count(left, 'more line')}** left out; the pipeline's log has the whole plan.`
    : text;
}

function linesWithin(one: Block, space: number): number {
  let size = renderBlock({ ...one, lines: [] }).length;
  let kept = 0;
  for (const line of one.lines) {
    size += line.length + 1;
    if (size > space) break;
    kept++;
  }
  return kept;
}

/** The fence is longer than any run of backticks inside, so that nothing can end the block. */
function renderBlock({ title, lines }: Block): string {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return `\n\n<details open><summary>${escapeHtml(neutralise(title))}</summary>\n\n${fence}diff\n${lines.join('\n')}\n${fence}\n\n</details>`;
}

/** No markup, no mention (`@name`), no link and no reference (`#1`) comes from a name. */
function escapeHtml(text: string): string {
  return text.replace(/[^\w .:,/-]/g, (char) => `&#${char.codePointAt(0)};`).replace(/:\/\//g, '&#58;//');
}
