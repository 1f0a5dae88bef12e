import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/lint/rule.ts';
import { rules } from '../../src/lint/rules/index.ts';
import { renderSarif } from '../../src/report/files/sarif.ts';
import { renderJson } from '../../src/report/json/events.ts';
import { lintRecord } from '../../src/report/json/lint.ts';
import { draw } from '../../src/report/line.ts';
import { renderFindings } from '../../src/report/lint-text.ts';
import { lintFolder, swap, withTutorial } from '../lint/tutorial.ts';

const options = { rules, version: '1.2.3', root: '/srv/my project' };

async function everything(): Promise<{ findings: readonly Finding[]; texts: readonly string[] }> {
  const jobs = 'templates/galaxy/config/job_conf.yml.j2';
  const password = 'vault_rabbitmq_password_vhost';
  const patch = swap(jobs, password, 'vault_rabbitmq_admin_password');
  const findings = await withTutorial([patch], (folder) => lintFolder(folder));
  const texts = [
    draw(renderFindings(findings, 80)),
    renderJson(lintRecord(findings)),
    renderSarif(findings, options),
    JSON.stringify(findings.map(({ message, fix }) => [message, fix])),
  ];
  return { findings, texts };
}

describe('what the lint found', () => {
  test('never holds a password, neither side of two that differ', async () => {
    const { findings, texts } = await everything();
    const mismatch = findings.find((one) => one.rule.id === 'L04');
    const marks = [...(mismatch?.message ?? '').matchAll(/mark-([0-9a-f]{6})/g)].map(([, mark]) => mark);
    expect(marks).toHaveLength(2);
    expect(marks[0]).not.toBe(marks[1]);
    for (const text of texts) expect(text).not.toMatch(/a-really-long-password|a-long-password|password-for/);
  });

  test('reads calmly: by file, with the other side, the fix and where to read on', async () => {
    const [finding] = (await everything()).findings.filter((one) => one.rule.id === 'L04');
    const text = draw(renderFindings(finding ? [finding] : [], 80)).replace(/mark-[0-9a-f]{6}/g, 'mark-……');
    expect(text).toBe(`templates/galaxy/config/job_conf.yml.j2
  9:15  error L04
        the password of galaxy_au for runner pulsar_runner (mark-……) is not
        the one that the broker on gat-0.eu.training.galaxyproject.eu gets
        (mark-……)
        with group_vars/galaxyservers.yml:123:15
        fix  use the same variable on both sides, such as {{ vault_rabbitmq_password_vhost }}
        see  docs/lint.md#L04

1 error; no host was asked.
`);
  });

  test('says so when there is nothing', () => {
    expect(draw(renderFindings([], 80))).toBe('No mistakes found; no host was asked.\n');
  });

  test('is one JSON record with the version of its form', async () => {
    const record = JSON.parse(renderJson(lintRecord((await everything()).findings)));
    expect(record).toMatchObject({ schema: 1, type: 'lint', counts: { errors: 3, notes: 0 } });
    expect(record.findings.find((one: { id: string }) => one.id === 'L04')).toMatchObject({
      severity: 'E',
      file: 'templates/galaxy/config/job_conf.yml.j2',
      line: 9,
      column: 15,
      docs: 'docs/lint.md#L04',
      hosts: ['gat-0.eu.training.galaxyproject.eu'],
    });
  });
});

describe('SARIF', () => {
  test('has what SARIF 2.1.0 demands: version, driver, rules by id, results with message, level and place', async () => {
    const { findings } = await everything();
    const log = JSON.parse(renderSarif(findings, options));
    expect(log.version).toBe('2.1.0');
    expect(log.$schema).toMatch(/sarif-2\.1\.0\.json$/);
    const [run] = log.runs;
    expect(run.tool.driver).toMatchObject({ name: 'gatdeploy', semanticVersion: '1.2.3' });
    expect(run.tool.driver.rules.map((one: { id: string }) => one.id)).toEqual(rules.map((one) => one.id));
    expect(run.originalUriBaseIds.PROJECT.uri).toBe('file:///srv/my%20project/');
    expect(run.results).toHaveLength(findings.length);
    for (const result of run.results) {
      expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(['error', 'warning', 'note']).toContain(result.level);
      expect(result.message.text).not.toBe('');
      const [{ physicalLocation }] = result.locations;
      expect(physicalLocation.artifactLocation.uri).not.toMatch(/^\/|\\/);
      expect(physicalLocation.artifactLocation.uriBaseId).toBe('PROJECT');
      expect(physicalLocation.region.startLine).toBeGreaterThan(0);
      expect(physicalLocation.region.startColumn ?? 1).toBeGreaterThan(0);
    }
  });
});
