import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/apply/outcome.ts';
import { encodedForms } from '../../src/base/encodings.ts';
import { GatError, Problems } from '../../src/base/errors.ts';
import type { RunEvent } from '../../src/base/events.ts';
import { Secret } from '../../src/base/secret.ts';
import { sh } from '../../src/base/shell.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { createReporter } from '../../src/report/create-reporter.ts';
import type { Mode } from '../../src/report/mode.ts';
import type { Reporter } from '../../src/report/reporter.ts';
import { command, file } from '../../src/resources/index.ts';
import { collector } from './sample.ts';

/** Puts a text into every place of everything that can be shown. */
function tellEverything(reporter: Reporter, text: string): void {
  const error = new GatError({
    code: 'a/b',
    what: `cannot ${text}`,
    where: [
      { file: text, line: 1, column: 1 },
      { host: text, resource: text },
    ],
    why: `it said ${text}`,
    fix: `run ${text}`,
    cause: new GatError({ code: 'c/d', what: text }),
  });
  const host = `h${text}`;
  const graph = buildGraph([
    { host, resources: [command(text, { run: sh`true` }), file('/x', { content: 'c' })] },
  ]);
  const states = new Map([
    [`${host}/command[${text}]`, { unknown: text }],
    [`${host}/file[/x]`, { type: 'file', owner: text, group: text, mode: text, content: text }],
  ]);
  const plan = makePlan(graph, states);
  const texts = new Map([[`${host}/file[/x]`, { before: `a\n${text}\n`, after: `b\n${text}x\n` }]]);
  const outcome: Outcome = {
    results: new Map([
      ['1', { host, resource: text, status: 'failed', summary: text, ms: 1, error }],
      ['2', { host, resource: text, status: 'blocked', summary: text, ms: 1, blockedBy: text }],
      ['3', { host, resource: text, status: 'changed', summary: text, ms: 1 }],
    ]),
  };
  const events: readonly RunEvent[] = [
    { type: 'unreachable', at: 0, host, error },
    { type: 'warning', at: 0, host, text },
    { type: 'started', at: 0, host, resource: text, summary: text },
    { type: 'output', at: 0, host, resource: text, line: text },
    { type: 'done', at: 0, host, resource: text, status: 'changed', ms: 0, summary: text },
    { type: 'checked', at: 0, host, check: text, title: text, ok: false, asks: text, got: text, fix: text, ms: 0 },
  ];
  for (const event of events) reporter.emit(event);
  reporter.plan(plan, graph, { texts });
  for (const form of ['text', 'dot', 'mermaid'] as const) reporter.graph(graph, form);
  reporter.summary(outcome, { unreachable: [{ host, error }] });
  const check = {
    id: text,
    host,
    title: text,
    asks: text,
    script: sh`true`,
    judge: () => ({ ok: true, got: '' }),
  };
  reporter.checks([{ check, verdict: { ok: false, got: text, fix: text }, ms: 1 }]);
  reporter.error(new Problems([error, error]));
  reporter.error(new Error(text, { cause: new Error(text) }));
  reporter.note(text);
}

async function shown(mode: Mode, text: string): Promise<string> {
  const output = collector();
  const reporter = createReporter({
    mode,
    stdout: output,
    stderr: output,
    columns: 80,
    color: false,
    now: () => 0,
  });
  tellEverything(reporter, text);
  await reporter.close();
  return output.text();
}

describe.each(['plain', 'json', 'terminal'] as const)('a canary in everything that is shown as %s', (mode) => {
  test('never appears, however it is encoded', async () => {
    const canary = 'cAn4ry+"&/\' ü-of-the-run';
    new Secret(canary);
    for (const form of encodedForms(canary)) expect(await shown(mode, `<${form}>`)).not.toContain(form);
  });

  test('never appears, whatever it looks like', async () => {
    const text = fc.stringMatching(/^[!-~]{9,30}$/);
    await fc.assert(
      fc.asyncProperty(text, async (canary) => {
        new Secret(canary);
        expect(await shown(mode, `x ${canary} y`)).not.toContain(canary);
      }),
      { numRuns: mode === 'terminal' ? 5 : 40 },
    );
  });

  test('leaves no line that a terminal or a runner would obey', async () => {
    const forged = '\u001b[2J::error::x\n::add-mask::y\r\n##vso[z]\u0007section_start:1:a';
    const lines = (await shown(mode, forged)).split('\n');
    for (const line of lines.filter((one) => mode !== 'terminal' || !one.includes('\u001b['))) {
      expect(line).not.toMatch(/\p{Cc}|^\s*::|##vso\[|section_start:/u);
    }
  });
});
