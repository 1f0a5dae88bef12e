/** What the lint found, as SARIF 2.1.0, which code hosts show beside the lines of a change. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { GatError, Problems } from '../../base/errors.ts';
import type { Position } from '../../base/position.ts';
import type { Finding, Rule, Severity } from '../../lint/rule.ts';
import { maskedJson } from '../json/events.ts';
import { LINT_PAGE } from '../lint-text.ts';

const LEVELS: Readonly<Record<Severity, string>> = { E: 'error', W: 'warning', I: 'note' };

/** What is doubtful about a place in a file. */
type Warning = { readonly position: Position; readonly text: string };

/** What a log says of the program and the project. */
export type SarifOptions = {
  readonly rules: readonly Rule[];
  readonly version: string;
  /** The project's folder; paths in the log are relative to it. */
  readonly root: string;
  /** What the project's files made doubtful; no rule's business. */
  readonly warnings?: readonly Warning[];
  /** What was thrown where the project could not be read at all. */
  readonly thrown?: unknown;
};

/** Renders the log of one run. */
export function renderSarif(findings: readonly Finding[], options: SarifOptions): string {
  const { rules, version, root, warnings = [], thrown } = options;
  const driver = { name: 'gatdeploy', semanticVersion: version, rules: rules.map(ruleRecord) };
  const run = {
    tool: { driver },
    originalUriBaseIds: { PROJECT: { uri: `${pathToFileURL(root).href.replace(/\/$/, '')}/` } },
    columnKind: 'utf16CodeUnits',
    results: [
      ...findings.map((finding) => resultRecord(finding, rules)),
      ...warnings.map(warningRecord),
      ...errorsOf(thrown).map(errorRecord),
    ],
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(maskedJson(log), undefined, 2)}\n`;
}

function errorsOf(thrown: unknown): readonly GatError[] {
  if (thrown instanceof Problems) return thrown.errors;
  return thrown instanceof GatError ? [thrown] : [];
}

/** An error without a rule: its code stands for one. */
function errorRecord({ code, what, why, fix, where }: GatError) {
  const places = where.flatMap((one) => ('file' in one && one.line > 0 ? [locationRecord(one)] : []));
  const text = [what, why, fix && `Fix: ${fix}`].filter(Boolean).join('. ');
  return { ruleId: code, level: 'error', message: { text }, locations: places.slice(0, 1) };
}

function warningRecord({ position, text }: Warning) {
  return {
    ruleId: 'project/warning',
    level: 'warning',
    message: { text },
    locations: position.line > 0 ? [locationRecord(position)] : [],
  };
}

function ruleRecord(rule: Rule) {
  return {
    id: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    help: {
      text: `${rule.fix} See ${LINT_PAGE}#${rule.id}.`,
      markdown: `${rule.fix} See \`${LINT_PAGE}#${rule.id}\`.`,
    },
    defaultConfiguration: { level: LEVELS[rule.severity] },
  };
}

function resultRecord({ rule, severity, message, places, fix, hosts }: Finding, rules: readonly Rule[]) {
  const [first, ...others] = places.map(locationRecord);
  return {
    ruleId: rule.id,
    ruleIndex: rules.indexOf(rule),
    level: LEVELS[severity],
    message: { text: `${message}. Fix: ${fix}` },
    locations: first ? [first] : [],
    ...(others.length > 0 && {
      relatedLocations: others.map((one) => ({ ...one, message: { text: 'the other side' } })),
    }),
    properties: { hosts },
  };
}

/** Lines count from 1; a column of 0 means the whole line. */
function locationRecord({ file, line, column }: Position) {
  const isInside = !path.isAbsolute(file);
  const uri = isInside ? file.split(path.sep).map(encodeURIComponent).join('/') : pathToFileURL(file).href;
  return {
    physicalLocation: {
      artifactLocation: { uri, ...(isInside && { uriBaseId: 'PROJECT' }) },
      region: { startLine: Math.max(1, line), ...(column > 0 && { startColumn: column }) },
    },
  };
}
