import { describe, expect, test } from 'vitest';
import { encodedForms } from '../../../../src/base/encodings.ts';
import { Secret } from '../../../../src/base/secret.ts';
import { type PageOptions, renderPage } from '../../../../src/report/files/html/page.ts';
import type { RunRecord } from '../../../../src/report/record.ts';
import * as sample from '../../sample.ts';

const OPTIONS: PageOptions = {
  command: 'gatdeploy apply galaxy',
  code: 4,
  ms: 70_000,
  version: '1',
  path: [{ host: 'gat-1', resource: 'package[rabbitmq-server]', ms: 64_200 }],
};

const RECORD: RunRecord = {
  startedAt: Date.UTC(2026, 0, 2),
  events: sample.events,
  plan: sample.plan,
  graph: sample.graph,
  texts: sample.texts,
  outcome: sample.outcome,
  checks: sample.checks,
  unreachable: [{ host: 'gat-9', error: sample.unreachable }],
  errors: [],
};

describe('the page of a run', () => {
  test('has every part', () => {
    const page = renderPage(RECORD, OPTIONS);
    for (const title of [
      'Errors',
      'Checks: 2 ok, 1 failed',
      'Timeline',
      'Resources',
      'Graph',
      'Critical path: 1 min 4 s',
    ])
      expect(page).toContain(title);
    expect(page).toContain('restart it:\n  ssh pulsar-1 systemctl restart pulsar');
  });

  test('asks for nothing from elsewhere, and lets only its own script run', () => {
    const page = renderPage(RECORD, OPTIONS);
    expect(page).not.toMatch(/\b(?:src|xlink:href)=|url\(|@import|https?:\/\//);
    expect(page.match(/href="[^"]*"/g)?.every((one) => one.startsWith('href="#'))).toBe(true);
    expect(page).toMatch(/default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+';/);
    expect(page).not.toMatch(/ on\w+="| style="/);
  });

  test.each([
    ['</script><script>alert(1)</script>'],
    ['"><img src=x onerror=alert(1)>'],
    ["'><svg onload=alert(1)>"],
    ['<!-- --><b>'],
    ['\u0000\u001b[31m\u202e<i>'],
  ])('shows %j of a host as text (S20)', (text) => {
    const error = Object.assign(new Error(text), { stack: `Error: ${text}\n    at x` });
    const page = renderPage(
      {
        startedAt: 0,
        events: [{ type: 'done', at: 5, host: text, resource: text, status: 'changed', ms: 4, summary: text }],
        outcome: {
          results: new Map([
            ['a', { host: text, resource: text, status: 'failed', summary: text, ms: 3, error: sample.failure }],
            ['b', { host: text, resource: text, status: 'blocked', summary: text, ms: 0, blockedBy: text }],
          ]),
        },
        checks: [
          {
            check: { host: text, id: text, title: text, asks: text },
            verdict: { ok: false, got: text, fix: text },
            ms: 1,
          },
        ],
        errors: [error],
      },
      { ...OPTIONS, command: text, path: [{ host: text, resource: text, ms: 4 }] },
    );
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/<(?:img|b|i)\b|<svg on/);
    expect(page).not.toContain('\u0000');
    expect(page).not.toContain('\u202e');
  });

  test('holds no secret in any form', () => {
    const canary = 'html canary/secret+9';
    new Secret(canary).reveal();
    const text = encodedForms(canary).join(' ');
    const page = renderPage(
      {
        startedAt: 0,
        events: [],
        errors: [new Error(text)],
        checks: [
          { check: { host: 'h', id: 'i', title: text, asks: canary }, verdict: { ok: true, got: text }, ms: 1 },
        ],
      },
      OPTIONS,
    );
    for (const form of encodedForms(canary)) expect(page).not.toContain(form);
    expect(page).not.toContain('canary');
  });
});
