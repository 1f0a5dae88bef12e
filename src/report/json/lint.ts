/** What the lint found, as JSON: one record with all findings. */
import type { Finding, Severity } from '../../lint/rule.ts';
import { LINT_PAGE } from '../lint-text.ts';
import type { JsonRecord } from './events.ts';

/** Makes the record. */
export function lintRecord(findings: readonly Finding[]): JsonRecord {
  const of = (severity: Severity) => findings.filter((one) => one.severity === severity).length;
  return {
    type: 'lint',
    findings: findings.map(({ rule, severity, message, places, fix, hosts }) => ({
      id: rule.id,
      severity,
      message,
      file: places[0]?.file,
      line: places[0]?.line,
      column: places[0]?.column,
      places: places.map((place) => ({ ...place })),
      fix,
      hosts,
      docs: `${LINT_PAGE}#${rule.id}`,
    })),
    counts: { errors: of('E'), warnings: of('W'), notes: of('I') },
  };
}
