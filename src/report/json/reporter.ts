/** Shows a run as JSON, one event a line on stdout and nothing anywhere else. */
import { diagnosesRecord } from '../diagnoses.ts';
import type { Output } from '../output.ts';
import type { Reporter } from '../reporter.ts';
import { whyRecord } from '../why.ts';
import { errorRecords, eventRecord, type JsonRecord, renderJson } from './events.ts';
import { graphRecord } from './graph.ts';
import { lintRecord } from './lint.ts';
import { checksRecord, summaryRecord } from './outcome.ts';
import { planRecord } from './plan.ts';

/** Makes the reporter. */
export function jsonReporter({ stdout }: { readonly stdout: Output }): Reporter {
  const write = (record: JsonRecord): void => {
    stdout.write(renderJson(record));
  };
  return {
    emit: (event) => write(eventRecord(event)),
    plan: (plan, graph, options) => write(planRecord(plan, graph, options)),
    graph: (graph) => write(graphRecord(graph)),
    why: (entry, graph) => write(whyRecord(entry, graph)),
    summary: (outcome, options) => write(summaryRecord(outcome, options)),
    checks: (results) => write(checksRecord(results)),
    diagnoses: (diagnoses, asked) => write(diagnosesRecord(diagnoses, asked)),
    findings: (findings) => write(lintRecord(findings)),
    error: (error) => {
      for (const record of errorRecords(error)) write({ type: 'error', error: record });
    },
    note: (text) => write({ type: 'note', text }),
    pause: (ask) => ask(),
    close: async () => {},
  };
}
