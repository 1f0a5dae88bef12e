import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Module } from '../../src/tasks/action.ts';
import { modules, REFUSED_MODULES } from '../../src/tasks/modules/index.ts';

const FILE = resolve(import.meta.dirname, '../../docs/playbooks.md');

const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function moduleRow({ name, params }: Module): string {
  const all = Object.entries(params);
  const works = all.filter(([, param]) => param.ignored === undefined && param.refused === undefined);
  const ignored = all.filter(([, param]) => param.ignored !== undefined).map(([one]) => one);
  const shown = works.map(([one, param]) =>
    param.choices ? `${one} (${param.choices.filter((choice) => choice.trim()).join(', ')})` : one,
  );
  const short = name.slice(name.lastIndexOf('.') + 1);
  return row(
    `\`${short}\``,
    name.slice(0, name.lastIndexOf('.')),
    [shown.join(', '), ignored.length > 0 ? `[${ignored.join(', ')}]` : ''].filter(Boolean).join(' '),
  );
}

const sections: Readonly<Record<string, string>> = {
  modules: [
    row('module', 'collection', 'parameters'),
    '|---|---|---|',
    ...[...modules]
      .sort((a, b) => (a.name.split('.').at(-1) ?? '').localeCompare(b.name.split('.').at(-1) ?? ''))
      .map(moduleRow),
  ].join('\n'),
  refused: [
    row('module', 'why'),
    '|---|---|',
    ...[...REFUSED_MODULES].map(([name, why]) => row(`\`${name}\``, why)),
  ].join('\n'),
};

/** The page with its tables as they should be. */
function written(page: string): string {
  return Object.entries(sections).reduce(
    (text, [name, table]) =>
      text.replace(
        new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`),
        () => `<!-- ${name} -->\n${table}\n<!-- /${name} -->`,
      ),
    page,
  );
}

describe('docs/playbooks.md', () => {
  test('lists every module with its parameters as the tables have them; UPDATE_DOCS=1 writes it', () => {
    const page = readFileSync(FILE, 'utf8');
    if (process.env.UPDATE_DOCS) writeFileSync(FILE, written(page));
    expect(readFileSync(FILE, 'utf8')).toBe(written(page));
  });

  test.each(modules.map(({ name, params }) => [name, params] as const))(
    '%s has no alias twice',
    (_name, params) => {
      const names = Object.entries(params).flatMap(([one, param]) => [one, ...(param.aliases ?? [])]);
      expect(new Set(names).size).toBe(names.length);
    },
  );
});
