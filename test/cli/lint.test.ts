import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { append, GALAXY, type Patch, PULSAR, swap, withTutorial } from '../lint/tutorial.ts';
import { gatdeploy, records } from '../support/cli.ts';

const run = (patches: readonly Patch[], ...args: readonly string[]) =>
  withTutorial(patches, (cwd) => gatdeploy(args, { cwd }));

const production = swap(GALAXY, 'certbot_environment: staging', 'certbot_environment: production');
const oneSlash = swap(PULSAR, ':5671//', ':5671/');
/** Nobody listens there, so that a try to connect ends at once. */
const nowhere = swap(
  'hosts',
  'gat-0.au.training.galaxyproject.eu ansible_user=ubuntu',
  'gat-0.au.training.galaxyproject.eu ansible_user=ubuntu ansible_host=127.0.0.1 ansible_port=1',
);

describe('gatdeploy lint', () => {
  test.each<[string, readonly Patch[], readonly string[], number]>([
    ['an error', [], [], 2],
    ['warnings only', [production], [], 0],
    ['warnings only, with --strict', [production], ['--strict'], 2],
    ['a playbook that is not there', [], ['galxy'], 2],
  ])('ends as it should with %s', async (_title, patches, args, code) => {
    const result = await run(patches, 'lint', ...args);
    expect(result.code, result.stdout + result.stderr).toBe(code);
  });

  test('tells of one stack only what is about its hosts, compared with the other side', async () => {
    const result = await run([oneSlash], 'lint', 'pulsar', '--json');
    const [record] = records(result) as unknown as [{ findings: { id: string; hosts: string[] }[] }];
    expect(record.findings.map((one) => one.id)).toContain('L02');
    expect(record.findings.map((one) => one.id)).not.toContain('L34');
  });

  test('looks beyond --limit for the other side, and tells of the hosts within it', async () => {
    const result = await run([oneSlash], 'lint', '--limit', 'pulsarservers', '--json');
    const [record] = records(result) as unknown as [{ findings: { id: string }[] }];
    expect(record.findings.map((one) => one.id)).toContain('L02');
    expect(record.findings.map((one) => one.id)).not.toContain('L34');
  });

  test('prints SARIF', async () => {
    const result = await run([], 'lint', '--sarif');
    expect(JSON.parse(result.stdout)).toMatchObject({ version: '2.1.0' });
    expect(result.code).toBe(2);
  });
});

test('lint tells in SARIF and JUnit, with their places, which keys are there twice', async () => {
  const { sarif, junit } = await withTutorial(
    [append('group_vars/all.yml', 'twice: 1\ntwice: 2')],
    async (cwd) => {
      await gatdeploy(['lint', '--sarif', 'lint.sarif', '--junit', 'lint.xml'], { cwd });
      const [sarif = '', junit = ''] = ['lint.sarif', 'lint.xml'].map((one) =>
        readFileSync(join(cwd, one), 'utf8'),
      );
      return { sarif: JSON.parse(sarif), junit };
    },
  );
  const results: { ruleId: string }[] = sarif.runs[0].results;
  expect(results.filter(({ ruleId }) => ruleId === 'project/warning')).toMatchObject([
    {
      level: 'warning',
      message: { text: expect.stringContaining('twice') },
      locations: [{ physicalLocation: { artifactLocation: { uri: 'group_vars/all.yml' } } }],
    },
  ]);
  expect(junit).toMatch(
    /name="warning (group_vars.all.yml):(\d+):1" file="\1" line="\2" [^>]*><skipped message="[^"]*twice/,
  );
});

describe('plan and apply', () => {
  test.each(['plan', 'apply'])('%s stops at a mistake before it connects', async (command) => {
    const result = await run([oneSlash, nowhere], command, 'pulsar', '--json');
    const all = records(result);
    expect(result.code, result.stdout).toBe(2);
    expect(all.filter((one) => one.type === 'error')).toMatchObject([
      { error: { code: 'lint/L02', where: [{ file: PULSAR, line: 27 }, { file: GALAXY }] } },
    ]);
    expect(all.map((one) => one.type)).not.toContain('unreachable');
  });

  test('plan goes on with --no-lint', async () => {
    const result = await run([oneSlash, nowhere], 'plan', 'pulsar', '--json', '--no-lint');
    expect(result.code, result.stdout).toBe(3);
  });

  test('plan tells what a host may know better, and goes on', async () => {
    const result = await run([nowhere], 'plan', 'pulsar', '--json');
    const warnings = records(result).filter((one) => one.type === 'warning');
    expect(warnings.map((one) => String(one.text)).join('\n')).toContain('(L20)');
    expect(result.code, result.stdout).toBe(3);
  });
});
