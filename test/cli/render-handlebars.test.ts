import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { renderCommand } from '../../src/cli/render.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-render-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Renders a Handlebars text with these variables. */
async function render(text: string, vars: unknown): Promise<string> {
  writeFileSync(join(folder, 't.hbs'), text);
  writeFileSync(join(folder, 'vars.json'), JSON.stringify(vars));
  let out = '';
  const options = { directory: folder, vars: join(folder, 'vars.json') };
  await renderCommand(join(folder, 't.hbs'), options, { write: (part) => (out += part) });
  return out;
}

describe('gatdeploy render with a Handlebars template', () => {
  test('gives it the variables, templated, with their types', async () => {
    const vars = { port: 5671, host: '{{ name }}.example.org', name: 'gat', list: [{ a: 1 }, { a: 2 }] };
    expect(await render('{{host}}:{{port}}{{#each list}} {{a}}{{/each}}\n', vars)).toBe(
      'gat.example.org:5671 1 2\n',
    );
  });

  test('names a variable that nobody defines', async () => {
    await expect(render('{{missing}}', {})).rejects.toThrow(
      expect.objectContaining({ why: expect.stringContaining('missing') }),
    );
  });

  test('names the line of a broken template', async () => {
    await expect(render('ok\n{{#if a}}', { a: true })).rejects.toThrow(
      expect.objectContaining({ code: 'render/handlebars', where: [expect.objectContaining({ line: 2 })] }),
    );
  });
});
