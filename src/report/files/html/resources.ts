/** The list of what was planned and done: one row a resource, with its reason, its diff and its error. */
import type { Result } from '../../../apply/outcome.ts';
import type { Entry } from '../../../plan/plan.ts';
import { renderError } from '../../error.ts';
import { draw } from '../../line.ts';
import { renderEntry } from '../../plan.ts';
import { count, renderTime } from '../../quantity.ts';
import type { RunRecord } from '../../record.ts';
import { renderTextDiff } from '../../text-diff.ts';
import { html, lines, type Markup, nothing } from './markup.ts';

const WORDS: Readonly<Record<Entry['status'], string>> = {
  create: 'create',
  update: 'update',
  remove: 'remove',
  unknown: 'known after apply',
  same: 'as it should be',
};
const ENDS: Readonly<Record<Result['status'], string>> = {
  changed: 'done',
  unchanged: 'unchanged',
  failed: 'FAILED',
  left: 'unknown, still at work',
  blocked: 'not done',
  skipped: 'not begun',
  deferred: 'put off',
};
/** What needs a person comes first. */
const RANK: Readonly<Record<string, number>> = {
  failed: 0,
  left: 0,
  blocked: 1,
  skipped: 2,
  deferred: 2,
  changed: 3,
  unchanged: 5,
};

type Row = {
  readonly key: string;
  readonly host: string;
  readonly resource: string;
  readonly entry: Entry | undefined;
  readonly result: Result | undefined;
};

/** The anchors of all resources of a run, by key. */
export function anchorsOf(record: RunRecord): ReadonlyMap<string, string> {
  return new Map(rowsOf(record).map(({ key }, index) => [key, `r${index}`]));
}

/** Renders the list; unchanged resources stand at its end. */
export function renderResources(record: RunRecord, ids: ReadonlyMap<string, string>): Markup {
  const rows = rowsOf(record);
  if (rows.length === 0) return nothing;
  const folded = foldAt(rows);
  return html`<section aria-labelledby="list-title"><h2 id="list-title">Resources</h2>
${table('Table of resources', rows.slice(0, folded), ids, record)}${
  folded < rows.length
    ? html`<details class="fold"><summary>${count(rows.length - folded, 'resource')} as wanted</summary>${table('Table of unchanged resources', rows.slice(folded), ids, record)}</details>`
    : nothing
}</section>`;
}

/** What is as it should be stands at the end; so many rows of it are folded. */
const FOLDED = 12;

function foldAt(rows: readonly Row[]): number {
  const first = rows.findIndex((row) => rank(row) === 5);
  return first < 0 || rows.length - first < FOLDED ? rows.length : first;
}

function table(label: string, rows: readonly Row[], ids: ReadonlyMap<string, string>, record: RunRecord): Markup {
  if (rows.length === 0) return nothing;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
<table><thead><tr><th scope="col">Host</th><th scope="col">Resource</th><th scope="col">Plan</th><th scope="col">Result</th><th scope="col">Time</th></tr></thead>
<tbody>${rows.map((row) => renderRow(row, ids.get(row.key) ?? '', record))}</tbody></table></div>`;
}

function rowsOf({ plan, outcome }: RunRecord): readonly Row[] {
  const entries = new Map((plan?.entries ?? []).map((entry) => [entry.key, entry]));
  const results = outcome?.results ?? new Map<string, Result>();
  const keys = [...new Set([...entries.keys(), ...results.keys()])];
  const rows = keys.map((key): Row => {
    const [entry, result] = [entries.get(key), results.get(key)];
    const host = entry?.node.host ?? result?.host ?? '';
    return { key, host, resource: entry?.node.resource.id ?? result?.resource ?? key, entry, result };
  });
  return rows
    .map((row, index) => ({ row, index }))
    .sort((a, b) => rank(a.row) - rank(b.row) || a.index - b.index)
    .map(({ row }) => row);
}

function rank({ entry, result }: Row): number {
  if (result) return RANK[result.status] ?? 4;
  return entry?.status === 'same' ? 5 : 3;
}

function renderRow(row: Row, id: string, record: RunRecord): Markup {
  const { host, resource, entry, result } = row;
  const state = result?.status ?? entry?.status ?? 'same';
  return html`<tr id="${id}" class="s-${state}" data-row><td>${host}</td><td><code>${resource}</code>${detailsOf(row, record)}</td><td>${entry ? WORDS[entry.status] : ''}</td><td>${result ? endOf(result) : nothing}</td><td>${result && result.ms > 0 ? renderTime(result.ms) : ''}</td></tr>
`;
}

function endOf({ status, blockedBy, host }: Result): Markup {
  const on = `${host}/`;
  const other = blockedBy?.startsWith(on) ? blockedBy.slice(on.length) : blockedBy;
  const waits = other === undefined ? nothing : html` <span class="dim">waits for <code>${other}</code></span>`;
  return html`<span class="state">${ENDS[status]}</span>${waits}`;
}

function detailsOf({ key, entry, result }: Row, { texts }: RunRecord): readonly Markup[] {
  const text = texts?.get(key);
  const plan = entry && entry.status !== 'same' ? draw(renderEntry(entry, 0, { columns: 100 })) : '';
  return [
    ...(plan === '' ? [] : [block('Plan', plan)]),
    ...(text ? [block('Difference', draw(renderTextDiff(text)))] : []),
    ...(result?.error ? [block('Error', draw(renderError(result.error, { columns: 100 })))] : []),
  ];
}

function block(title: string, text: string): Markup {
  return html`<details><summary>${title}</summary><pre tabindex="0">${lines(text)}</pre></details>`;
}
