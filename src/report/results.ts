/** The results that people read, whatever the form: rendered as lines and given to whoever writes them. */
import { renderChecks } from './checks.ts';
import { renderDiagnoses } from './diagnoses.ts';
import { type ErrorWidth, renderError } from './error.ts';
import { renderDot, renderMermaid } from './graph/drawing.ts';
import { renderHtml, renderSvg } from './graph/svg.ts';
import { renderGraph } from './graph/text.ts';
import type { Lines } from './line.ts';
import { renderFindings } from './lint-text.ts';
import { neutralLines } from './neutral.ts';
import { renderPlan } from './plan.ts';
import type { Reporter } from './reporter.ts';
import { renderSummary } from './summary.ts';
import type { Told } from './told.ts';
import { renderWhy } from './why.ts';

const GRAPH_FORMS = {
  text: renderGraph,
  dot: renderDot,
  mermaid: renderMermaid,
  svg: renderSvg,
  html: renderHtml,
};

/** Writes lines to stdout or stderr. */
export type Show = (to: 'stdout' | 'stderr', lines: Lines) => void;

/** Makes the part of a reporter that shows results. */
export function resultsReporter(
  show: Show,
  width: ErrorWidth & { readonly columns: number },
  told: Told,
): Pick<Reporter, 'plan' | 'graph' | 'why' | 'summary' | 'checks' | 'diagnoses' | 'findings' | 'error' | 'note'> {
  const { columns } = width;
  return {
    plan: (plan, graph, options) => show('stdout', renderPlan(plan, graph, { ...width, ...options })),
    graph: (graph, form = 'text') => show('stdout', GRAPH_FORMS[form](graph)),
    why: (entry, graph) => show('stdout', renderWhy(entry, graph)),
    summary: (outcome, options) => show('stdout', renderSummary(outcome, { ...width, ...options })),
    checks: (results) => show('stdout', renderChecks(results)),
    diagnoses: (diagnoses, asked) => show('stdout', renderDiagnoses(diagnoses, asked)),
    findings: (findings) => show('stdout', renderFindings(findings, columns)),
    error(error) {
      const left = told.untold(error);
      if (left !== undefined) show('stderr', renderError(left, width));
    },
    note(text) {
      const lines = neutralLines(text).map((line) => [line]);
      show('stdout', lines);
    },
  };
}
