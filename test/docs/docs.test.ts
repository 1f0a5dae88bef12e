import { execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatdeploy } from '../support/cli.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const BIN = path.join(ROOT, 'bin/gatdeploy');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(path.join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const read = (page: string): string => readFileSync(path.join(ROOT, page), 'utf8');
const written = PAGES.filter((page) => page !== 'docs/commands.md');

/** What a command says with --help; each is asked once. */
const helps = new Map<string, Promise<string>>();
function help(words: readonly string[]): Promise<string> {
  const key = words.join(' ');
  const known =
    helps.get(key) ?? promisify(execFile)(process.execPath, [BIN, ...words, '--help']).then((one) => one.stdout);
  helps.set(key, known);
  return known;
}

async function commandsIn(words: readonly string[]): Promise<readonly string[]> {
  const list = (await help(words)).split('\nCommands:\n')[1] ?? '';
  return [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)]
    .map((match) => match[1] ?? '')
    .filter((name) => name !== 'help');
}

/** The calls of gatdeploy on a page, in blocks and in code spans. */
function callsOn(page: string): readonly string[] {
  const code = read(page).match(/^```[\s\S]*?^```|`[^`\n]+`/gm) ?? [];
  return code
    .join('\n')
    .split(/\n|`|&&|\||;/)
    .flatMap((line) => /^(?:\$ |sudo |npx )?\s*gatdeploy ([a-z][^#]*)/.exec(line.trim())?.[1] ?? []);
}

describe('what pages say', () => {
  test.each(written)('%s names only commands and flags that there are', async (page) => {
    const top = await commandsIn([]);
    const wrong: string[] = [];
    for (const call of new Set(callsOn(page))) {
      const [name = '', second = ''] = call.split(/\s+/);
      const isCommand = top.includes(name);
      const inner = isCommand ? await commandsIn([name]) : [];
      const words = inner.includes(second) ? [name, second] : [name];
      const known = isCommand ? await help(words) : '';
      // What stands behind -- is another program's, what stands in quotes is a value.
      const own = call.replace(/ -- .*$/, '').replace(/'[^']*'|"[^"]*"/g, '');
      const flags = own.match(/(?<=\s)--[a-z][a-z-]+/g) ?? [];
      if (!isCommand) wrong.push(`${name}: no command (${call})`);
      else
        wrong.push(
          ...flags.filter((flag) => flag !== '--help' && !known.includes(flag)).map((flag) => `${flag} (${call})`),
        );
    }
    expect(wrong).toEqual([]);
  });

  test.each(PAGES)('%s leads nowhere that is not there', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)].map((match) => match[1] ?? '');
    const folder = path.dirname(path.join(ROOT, page));
    expect(links.filter((link) => !existsSync(path.resolve(folder, link)))).toEqual([]);
  });

  test.each(PAGES)('%s names only sections that there are', (page) => {
    const links = [...read(page).matchAll(/\]\(([^):]*\.md)?#([^)]+)\)/g)];
    const wrong = links.filter(([, file, anchor = '']) => {
      const target = file === undefined ? page : path.join(path.dirname(page), file);
      const sections = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      );
      return !sections.includes(anchor);
    });
    expect(wrong.map(([link]) => link)).toEqual([]);
  });

  test('the index has a line on each page', () => {
    const index = read('docs/README.md');
    const pages = readdirSync(path.join(ROOT, 'docs')).filter((name) => name !== 'README.md');
    expect(pages.filter((name) => !index.includes(`](${name})`))).toEqual([]);
  });

  test('every command has a section, and examples in its help (npm run docs)', async () => {
    const page = read('docs/commands.md');
    const missing: string[] = [];
    for (const name of await commandsIn([])) {
      const inner = await commandsIn([name]);
      for (const words of [[name], ...inner.map((sub) => [name, sub])]) {
        if (!page.includes(`# gatdeploy ${words.join(' ')}\n`)) missing.push(`${words.join(' ')}: section`);
        const isGroup = words.length === 1 && inner.length > 0;
        if (!isGroup && !/^Examples?:$/m.test(await help(words))) missing.push(`${words.join(' ')}: example`);
      }
    }
    expect(missing).toEqual([]);
  });
});

const blocks = written.flatMap((page) =>
  [...read(page).matchAll(/^```sh run\n([\s\S]*?)^```/gm)].map(
    (match, index) => [`${page} ${index + 1}`, match[1] ?? ''] as const,
  ),
);

describe('blocks that are marked runnable', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatdeploy-docs-'));
  const names = ['--galaxy', 'galaxy.example.org', '--pulsar', 'pulsar.example.org', '--email', 'me@example.org'];

  beforeAll(async () => {
    await gatdeploy(['init', 'project', ...names], { cwd: folder });
    cpSync(path.join(folder, 'project'), path.join(folder, 'main'), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('are there', () => expect(blocks.length).toBeGreaterThan(2));

  test.each(blocks)('%s runs', async (_name, block) => {
    const script = `set -euo pipefail\ngatdeploy() { ${process.execPath} ${BIN} "$@"; }\n${block}`;
    const child = spawn('bash', ['-c', script], {
      cwd: path.join(folder, 'project'),
      env: { ...process.env, XDG_CACHE_HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    expect(await new Promise((resolve) => child.on('close', resolve)), said).toBe(0);
  });
});
