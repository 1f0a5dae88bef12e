/** What the lint found, for people: grouped by file, each finding with its other side and the fix to copy. */
import { type Position, renderPosition } from '../base/position.ts';
import type { Finding, Severity } from '../lint/rule.ts';
import { type Line, type Lines, type Style, span, wrap } from './line.ts';
import { count } from './quantity.ts';

/** The page that tells each rule's reasons. */
export const LINT_PAGE = 'docs/lint.md';

const WORDS: Readonly<Record<Severity, string>> = { E: 'error', W: 'warning', I: 'note' };
const STYLES: Readonly<Record<Severity, Style>> = { E: 'bad', W: 'warn', I: 'dim' };
const INDENT = 8;

/** Renders findings, which come in the order of their files. */
export function renderFindings(findings: readonly Finding[], columns: number): Lines {
  const files = [...new Set(findings.map(fileOf))];
  const blocks = files.flatMap(
    (file): Lines => [
      [span('strong', file)],
      ...findings.filter((one) => fileOf(one) === file).flatMap((one) => renderFinding(one, columns)),
      [],
    ],
  );
  return [...blocks, total(findings)];
}

function fileOf(finding: Finding): string {
  return finding.places[0]?.file ?? '';
}

function renderFinding({ rule, severity, message, places, fix }: Finding, columns: number): Lines {
  const [first, ...others] = places;
  const text = wrap(message, Math.max(columns, 40) - INDENT);
  const place = first ? `${first.line}${first.column > 0 ? `:${first.column}` : ''}` : '';
  return [
    ['  ', span('dim', `${place.padEnd(INDENT - 3)} `), span(STYLES[severity], `${WORDS[severity]} ${rule.id}`)],
    ...text.map((line): Line => [' '.repeat(INDENT), line]),
    ...labelled('with', others.map((one: Position) => renderPosition(one)).join(', ')),
    ...labelled('fix', fix),
    ...labelled('see', `${LINT_PAGE}#${rule.id}`),
  ];
}

function labelled(label: string, text: string): Lines {
  return text === '' ? [] : [[' '.repeat(INDENT), span('dim', label.padEnd(5)), text]];
}

function total(findings: readonly Finding[]): Line {
  const of = (severity: Severity) => findings.filter((one) => one.severity === severity).length;
  if (findings.length === 0) return [span('good', 'No mistakes found'), '; no host was asked.'];
  const parts = (['E', 'W', 'I'] as const).flatMap((one) => (of(one) > 0 ? [count(of(one), WORDS[one])] : []));
  return [`${parts.join(', ')}; no host was asked.`];
}
