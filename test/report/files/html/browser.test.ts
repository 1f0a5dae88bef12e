import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderPage } from '../../../../src/report/files/html/page.ts';
import { CHROMIUM, startBrowser } from '../../../support/browser.ts';
import * as sample from '../../sample.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const HOSTILE = '<img src=x onerror="document.title=\'forged\'">';

const html = renderPage(
  {
    startedAt: Date.UTC(2026, 0, 2),
    events: sample.events,
    plan: sample.plan,
    graph: sample.graph,
    texts: sample.texts,
    outcome: sample.outcome,
    checks: [
      ...sample.checks,
      {
        check: { host: HOSTILE, id: 'x', title: HOSTILE, asks: HOSTILE },
        verdict: { ok: false, got: HOSTILE },
        ms: 1,
      },
    ],
    unreachable: [{ host: 'gat-9', error: sample.unreachable }],
    errors: [],
  },
  {
    command: 'gatdeploy apply galaxy',
    code: 4,
    ms: 70_000,
    version: '1',
    path: [{ host: 'gat-1', resource: 'package[rabbitmq-server]', ms: 64_200 }],
  },
);

/** Left out only on machines without Chromium (apt-get install chromium). */
describe.skipIf(CHROMIUM === undefined)('the page of a run in a real browser', () => {
  let browser: Browser;
  let page: Page;
  const asked: string[] = [];
  const said: string[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), 'gatdeploy-page-'));

  beforeAll(async () => {
    const file = path.join(folder, 'run.html');
    writeFileSync(file, html);
    browser = await startBrowser();
    page = await browser.newPage();
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    await page.goto(pathToFileURL(file).href);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('renders, asks for nothing else, and complains of nothing', async () => {
    expect(await page.title()).toBe('gatdeploy apply galaxy: not as it should be');
    expect(await page.locator('svg').count()).toBe(2);
    expect(await page.locator('svg a').count()).toBe(sample.plan.entries.length);
    expect(asked).toHaveLength(1);
    expect(said).toEqual([]);
  });

  test('interprets nothing that a host said', async () => {
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.getByText(HOSTILE).count()).toBeGreaterThan(0);
  });

  test('finds by search, with the keyboard alone', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('nginx reload');
    const rows = page.locator('[data-row]:visible');
    expect(await rows.count()).toBe(1);
    expect(await rows.first().textContent()).toContain('service[nginx.service]');
    expect(await page.locator('#found').textContent()).toMatch(/^1 of \d+ rows$/);
    await page.keyboard.press('Escape');
    expect(await page.locator('[data-row]:visible').count()).toBe(await page.locator('[data-row]').count());
  });

  test('goes from one trouble to the next', async () => {
    await page.keyboard.press('n');
    const first = await page.evaluate('document.activeElement.textContent');
    expect(first).toContain('FAILED');
    await page.keyboard.press('n');
    expect(await page.evaluate('document.activeElement.textContent')).not.toBe(first);
  });

  test('leads from the drawing to the list', async () => {
    const link = page.locator('svg a').first();
    const target = await link.getAttribute('href');
    await link.focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate('location.hash')).toBe(target);
  });

  test.each(['light', 'dark'] as const)('passes axe in %s colours', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(AXE);
    const found = await page.evaluate(
      'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] })',
    );
    const { violations } = found as {
      violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
    };
    expect(
      violations.map(({ id, nodes }) => [id, nodes.slice(0, 2).map((one) => `${one.html} ${one.failureSummary}`)]),
    ).toEqual([]);
  });

  test('can be read without scripts', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const still = await context.newPage();
    await still.goto(pathToFileURL(path.join(folder, 'run.html')).href);
    expect(await still.locator('[data-row]:visible').count()).toBeGreaterThan(5);
    await context.close();
  });
});
