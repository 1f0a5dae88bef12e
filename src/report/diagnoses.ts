/** What is wrong and what mends it: causes in the order in which they have to be mended. */
import type { Diagnosis } from '../verify/doctor/examination.ts';
import type { JsonRecord } from './json/events.ts';
import { type Line, type Lines, span } from './line.ts';
import { neutralLines } from './neutral.ts';
import { count } from './quantity.ts';

/** How much was asked. */
export type Asked = { readonly hosts: number; readonly checks: number; readonly sinceSeconds: number };

const FIELDS = ['cause', 'evidence', 'fix'] as const;
const LABELS: Readonly<Record<(typeof FIELDS)[number], string>> = { cause: 'what', evidence: 'seen', fix: 'fix' };

/** Renders each cause with what shows it and what mends it. */
export function renderDiagnoses(diagnoses: readonly Diagnosis[], asked: Asked): Lines {
  return [
    ...diagnoses.flatMap((one, index): Lines => [...renderOne(one, index + 1), []]),
    renderTotal(diagnoses, asked),
  ];
}

function renderOne(one: Diagnosis, number: number): Lines {
  return [
    [span('bad', `${number}. ${one.place}`), ' on ', span('strong', one.host)],
    ...FIELDS.flatMap((field) =>
      neutralLines(one[field]).map(
        (line, index): Line => [
          '   ',
          span('dim', (index === 0 ? LABELS[field] : '').padEnd(6)),
          span(field === 'evidence' ? 'dim' : 'plain', line),
        ],
      ),
    ),
  ];
}

function renderTotal(diagnoses: readonly Diagnosis[], { hosts, checks, sinceSeconds }: Asked): Line {
  const since =
    sinceSeconds % 3600 === 0
      ? count(sinceSeconds / 3600, 'hour')
      : count(Math.round(sinceSeconds / 60), 'minute');
  const looked = `${count(checks, 'check')} and the logs of the last ${since} on ${count(hosts, 'host')}`;
  if (diagnoses.length === 0) return [span('good', 'Nothing is wrong'), `, as far as ${looked} show.`];
  const first = diagnoses.length === 1 ? '' : ' Mend the first one first: others may follow from it.';
  return [span('bad', count(diagnoses.length, 'cause')), ` found by ${looked}.${first}`];
}

/** The same as JSON. */
export function diagnosesRecord(diagnoses: readonly Diagnosis[], asked: Asked): JsonRecord {
  return {
    type: 'diagnoses',
    diagnoses: diagnoses.map(({ id, place, host, cause, evidence, fix }) => ({
      id,
      place,
      host,
      cause,
      evidence,
      fix,
    })),
    asked: { ...asked },
  };
}
