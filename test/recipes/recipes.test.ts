import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = path.resolve(import.meta.dirname, '../..');
const BIN = `${process.execPath} ${ROOT}/bin/gatdeploy`;
const cwd = mkdtempSync(path.join(tmpdir(), 'gatdeploy-recipes-'));
const NAMES = ['--galaxy', 'g.example.org', '--pulsar', 'p.example.org', '--email', 'me@example.org'];

/** Where an action's own files lie. */
const HERE = ['$', '{{ github.action_path }}'].join('');

const shell = (script: string, env: NodeJS.ProcessEnv = {}) =>
  spawnSync('bash', ['-c', script], {
    cwd,
    encoding: 'utf8',
    env: { PATH: `${cwd}/bin:${process.env.PATH}`, HOME: cwd, GATDEPLOY: BIN, DIRECTORY: 'mine', ...env },
  });

beforeAll(() => {
  expect(shell(`${BIN} init mine ${NAMES.join(' ')}`).status).toBe(0);
  rmSync(path.join(cwd, 'mine/.vault-password'));
  cpSync(path.join(cwd, 'mine'), path.join(cwd, 'base'), { recursive: true });
  const file = path.join(cwd, 'mine/group_vars/galaxyservers.yml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('client_max_body_size: 10g', 'client_max_body_size: 20g'),
  );
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** A stand-in for a code host's API: it keeps the comments in a file a page and notes what it was asked. */
function standIn(name: 'gh' | 'curl', ...pages: readonly string[]): void {
  mkdirSync(path.join(cwd, 'bin'), { recursive: true });
  for (const old of readdirSync(cwd).filter((one) => /^page-/.test(one))) rmSync(path.join(cwd, old));
  for (const [index, page] of pages.entries()) writeFileSync(path.join(cwd, `page-${index + 1}.json`), page);
  rmSync(path.join(cwd, 'asked'), { force: true });
  const script = `#!/bin/bash
all="$*"
echo "$all" >> ${cwd}/asked
case "$all" in
*--method*|*--request*) ;;
*graphql*) echo '{"data":{"viewer":{"login":"bot"}}}' ;;
*/user) echo '{"id":5}' ;;
*--paginate*) cat ${cwd}/page-*.json ;;
*) cat ${cwd}/page-"\${all##*page=}".json ;;
esac
`;
  writeFileSync(path.join(cwd, 'bin', name), script, { mode: 0o755 });
}
const asked = (): string =>
  existsSync(path.join(cwd, 'asked')) ? readFileSync(path.join(cwd, 'asked'), 'utf8') : '';

type Author = { readonly login: string; readonly id: number };
const US: Author = { login: 'bot', id: 5 };
const STRANGER: Author = { login: 'mallory', id: 6 };
const MARKED = '<!-- gatdeploy-plan: galaxy pulsar -->\nold';
const comment = (id: number, body: string, author: Author) => ({ id, body, user: author, author });
const OURS = JSON.stringify([comment(1, 'looks good', US), comment(7, MARKED, US)]);
const FORGED = JSON.stringify([comment(8, MARKED, STRANGER)]);
const FULL = JSON.stringify(Array.from({ length: 100 }, (_, index) => comment(1000 + index, 'talk', STRANGER)));

describe('the steps that all pipelines share', () => {
  test("check and plan a stranger's change and leave every file", () => {
    const result = shell(`bash ${ROOT}/recipes/gatdeploy-ci.sh`, { MODE: 'untrusted', BASE: 'base' });
    expect(result.status, result.stderr).toBe(0);
    expect(readdirSync(path.join(cwd, 'gatdeploy-out')).sort()).toEqual([
      'lint.sarif',
      'lint.xml',
      'plan.html',
      'plan.md',
      'plan.xml',
    ]);
    expect(readFileSync(path.join(cwd, 'gatdeploy-out/plan.md'), 'utf8')).toContain('+client_max_body_size 20g;');
  });

  test('leave nothing of an earlier build, and follow no link of the change', () => {
    rmSync(path.join(cwd, 'gatdeploy-out'), { recursive: true, force: true });
    mkdirSync(path.join(cwd, 'elsewhere'));
    writeFileSync(path.join(cwd, 'elsewhere/plan.md'), 'old');
    symlinkSync('elsewhere', path.join(cwd, 'gatdeploy-out'));
    const result = shell(`bash ${ROOT}/recipes/gatdeploy-ci.sh`, { GATDEPLOY: 'false' });
    expect(result.status).toBe(1);
    expect(readdirSync(path.join(cwd, 'gatdeploy-out'))).toEqual([]);
    expect(readdirSync(path.join(cwd, 'elsewhere'))).toEqual(['plan.md']);
  });

  test('take stacks that stand in lines of their own', () => {
    const result = shell(`bash ${ROOT}/recipes/gatdeploy-ci.sh`, {
      STACKS: 'galaxy\n  pulsar\n',
      GATDEPLOY: 'echo',
    });
    expect(result.stdout).toMatch(/^lint galaxy pulsar --untrusted/m);
  });

  test('say so when the mode is none', () =>
    expect(shell(`bash ${ROOT}/recipes/gatdeploy-ci.sh`, { MODE: 'aply' })).toMatchObject({ status: 2 }));
});

describe.skipIf(spawnSync('jq', ['--version']).status !== 0)('comments', () => {
  const github = { GITHUB_REPOSITORY: 'o/r', PULL_REQUEST: '5', GH_TOKEN: 'x' };
  const gitlab = {
    CI_API_V4_URL: 'http://h/api',
    CI_PROJECT_ID: '3',
    CI_MERGE_REQUEST_IID: '5',
    GITLAB_TOKEN: 'token-canary',
  };

  test.each<[string, readonly string[], string, string]>([
    ['made where there is none', ['[]'], 'plan', 'POST'],
    ['changed where there is one', [OURS], 'plan', 'PATCH repos/o/r/issues/comments/7'],
    ['changed on a later page', [FULL, OURS], 'plan', 'PATCH repos/o/r/issues/comments/7'],
    ["left alone where they are a stranger's", [FORGED], 'plan', 'POST'],
    ['taken away where nothing changes', [OURS], 'nothing', 'DELETE repos/o/r/issues/comments/7'],
    ['not made where nothing changes', ['[]'], 'nothing', ''],
  ])('on GitHub are %s', (_title, pages, file, wanted) => {
    standIn('gh', ...pages);
    writeFileSync(path.join(cwd, 'plan'), 'text');
    const result = shell(`bash ${ROOT}/recipes/github-comment.sh ${file}`, github);
    expect(result.status, result.stderr).toBe(0);
    expect(asked()).toContain(wanted);
    expect(asked().match(/--method/g)?.length ?? 0).toBe(wanted === '' ? 0 : 1);
  });

  test.each<[string, readonly string[], string, string]>([
    ['made where there is none', ['[]'], 'plan', '--request POST'],
    ['changed where there is one', [OURS], 'plan', '--request PUT'],
    ['changed on a later page', [FULL, OURS], 'plan', '--request PUT'],
    ["left alone where they are a stranger's", [FORGED], 'plan', '--request POST'],
    ['taken away where nothing changes', [OURS], 'nothing', '--request DELETE'],
  ])('on GitLab are %s, and no list of processes shows the token', (_title, pages, file, wanted) => {
    standIn('curl', ...pages);
    writeFileSync(path.join(cwd, 'plan'), 'text');
    const result = shell(`bash ${ROOT}/recipes/gitlab-comment.sh ${file}`, gitlab);
    expect(result.status, result.stderr).toBe(0);
    expect(asked()).toContain(wanted);
    expect(asked()).not.toContain('token-canary');
  });
});

describe('the templates', () => {
  const action = parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8'));
  const gitlab = parse(readFileSync(path.join(ROOT, 'recipes/gitlab-ci.yml'), 'utf8'));

  test('of GitHub run the shared steps, with inputs by environment only', () => {
    const scripts = action.runs.steps.map((step: { run: string }) => step.run);
    for (const script of scripts) expect(script.replaceAll(HERE, '')).not.toContain('{{');
    const [first] = scripts;
    const result = shell(first.replace(HERE, ROOT), {
      MODE: 'untrusted',
      BASE: 'base',
      STACKS: action.inputs.stacks.default,
    });
    expect(result.status, result.stderr).toBe(0);
  });

  test('of GitLab run the shared steps', () => {
    const lines: string[] = gitlab['gatdeploy:check'].script;
    const script = lines.join('\n').replaceAll('/opt/gatdeploy', ROOT);
    const run = path.join(cwd, 'run');
    cpSync(path.join(cwd, 'base'), path.join(run, 'mine'), { recursive: true });
    const commit = 'git add -A && git -c user.name=n -c user.email=n@example.org commit -qm x';
    expect(shell(`cd run && git init -q && ${commit}`).status).toBe(0);
    cpSync(path.join(cwd, 'mine'), path.join(run, 'mine'), { recursive: true });
    const env = { CI_PROJECT_DIR: run, CI_MERGE_REQUEST_DIFF_BASE_SHA: 'HEAD', STACKS: gitlab.variables.STACKS };
    // The second job finds the folder of the first one.
    for (const _job of [1, 2]) {
      const result = shell(`set -e; cd run; ${script}`, env);
      expect(result.status, result.stderr).toBe(0);
    }
    expect(readFileSync(path.join(run, 'gatdeploy-out/plan.md'), 'utf8')).toContain('+client_max_body_size 20g;');
  });

  test('of Jenkins run the shared steps', () => {
    const text = readFileSync(path.join(ROOT, 'recipes/Jenkinsfile'), 'utf8');
    const [first = ''] = [...text.matchAll(/sh '([^']+)'/g)].map((match) => match[1]);
    const result = shell(first, { RECIPES: `${ROOT}/recipes`, STACKS: 'galaxy pulsar' });
    expect(result.status, result.stderr).toBe(0);
    expect(text.match(/[{}]/g)?.filter((one) => one === '{').length).toBe(text.match(/}/g)?.length);
  });

  test('of a container copy what there is', () => {
    const text = readFileSync(path.join(ROOT, 'recipes/Containerfile'), 'utf8');
    for (const [, from] of text.matchAll(/^COPY (\S+) /gm))
      if (from !== 'dist/gatdeploy') expect(existsSync(path.join(ROOT, from ?? ''))).toBe(true);
    expect(text).toMatch(/^USER gatdeploy$/m);
  });

  test.each(readdirSync(path.join(ROOT, 'recipes')).filter((name) => name.endsWith('.sh')))(
    '%s is well-formed',
    (name) => expect(spawnSync('bash', ['-n', path.join(ROOT, 'recipes', name)]).status).toBe(0),
  );
});
