/**
 * A run as one page that needs nothing else: no network, no other file. What came from a host is text and nothing more;
 * a content security policy names the page's own style and script by their digests, so that nothing else could run.
 */
import { createHash } from 'node:crypto';
import { renderTime } from '../../quantity.ts';
import type { RunRecord } from '../../record.ts';
import { renderChecksTable } from './checks.ts';
import { renderGraphDrawing } from './graph.ts';
import { html, type Markup, nothing } from './markup.ts';
import { renderErrors, renderOverview } from './overview.ts';
import { anchorsOf, renderResources } from './resources.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { type PathStep, renderTimeline } from './timeline.ts';

export type PageOptions = {
  /** What was run, as it was typed, without values of options. */
  readonly command: string;
  readonly code: number;
  readonly ms: number;
  readonly version: string;
  /** The critical path, when something was changed. */
  readonly path: readonly PathStep[];
};

/** Renders the page of a run. */
export function renderPage(record: RunRecord, options: PageOptions): string {
  const { command, code, ms, version, path } = options;
  const ids = anchorsOf(record);
  const marked = new Set(path.map(({ host, resource }) => `${host}/${resource}`));
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${command}: ${verdict(code)}</title>
<style>${{ markup: STYLE }}</style></head><body>
<a class="skip" href="#main">To the content</a>
<header class="${code === 0 ? 'fine' : 'trouble'}"><h1>${command}</h1>
<p><strong class="${code === 0 ? 'good' : 'bad'}">${verdict(code)}</strong> after ${renderTime(ms)} <span class="dim">begun ${begun(record.startedAt)}, exit code ${code}, gatdeploy ${version}</span></p>
${renderOverview(record)}</header>
<main id="main">
<div class="find" hidden role="search"><label for="find">Search</label> <input id="find" type="search" autocomplete="off"> <span id="found" role="status"></span>
<span class="dim"><kbd>/</kbd> search, <kbd>Esc</kbd> clear, <kbd>n</kbd> and <kbd>p</kbd> next and previous trouble</span></div>
${renderErrors(record)}${renderChecksTable(record.checks ?? [])}${renderTimeline(record.events, path)}${renderResources(record, ids)}${record.graph ? renderGraphDrawing(record.graph, ids, marked) : nothing}</main>
<script>${{ markup: SCRIPT }}</script></body></html>
`;
  return page.markup;
}

function policy(): Markup {
  const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return {
    markup: `default-src 'none'; style-src ${digest(STYLE)}; script-src ${digest(SCRIPT)}; base-uri 'none'; form-action 'none'`,
  };
}

function verdict(code: number): string {
  return code === 0 ? 'all is well' : 'not as it should be';
}

/** `2026-11-30 23:30 UTC`, and to the second for programs. */
function begun(time: number): Markup {
  const iso = new Date(time).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}
