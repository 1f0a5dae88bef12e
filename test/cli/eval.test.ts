/** `gatdeploy eval` and `gatdeploy render` keep their contract. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EvalOptions, evalCommand } from '../../src/cli/eval.ts';
import { renderCommand } from '../../src/cli/render.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-eval-'));
  writeFileSync(join(folder, 'vars.json'), '{"a": 1.0, "t": "{{ a }}/x", "l": [1, 2]}');
  writeFileSync(join(folder, 'x.j2'), '{% for i in l %}\n- {{ i }}\n{% endfor %}\n{{ t }}\n\n');
  writeFileSync(
    join(folder, 'cases.json'),
    '{"cases": [{"id": "c1", "mode": "when", "input": "x == 1", "vars": {"x": 1}}, {"id": "c2", "mode": "value", "input": "{{ y }}", "vars": {}}]}',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

async function printed(text: string | undefined, options: Partial<EvalOptions>): Promise<string> {
  let out = '';
  await evalCommand(text, { mode: 'value', directory: '.', ...options }, { write: (part) => (out += part) });
  return out;
}

describe('eval', () => {
  test('prints a value as JSON with its type', async () => {
    expect(await printed('{{ a }}', { vars: join(folder, 'vars.json'), json: true })).toBe(
      '{"value":1.0,"type":"float"}\n',
    );
    expect(await printed('{{ t }}', { vars: join(folder, 'vars.json') })).toBe('"1.0/x"\n');
    expect(await printed('{{ omit }}', { json: true })).toBe('{"value":{"__omit__":true},"type":"omit"}\n');
  });
  test('prints a failure as JSON, or throws it', async () => {
    expect(JSON.parse(await printed('{{ nope }}', { json: true }))).toMatchObject({
      error: 'undefined',
      undefined_name: 'nope',
    });
    await expect(printed('{{ nope }}', {})).rejects.toMatchObject({ code: 'var/undefined' });
    await expect(printed(undefined, {})).rejects.toMatchObject({ code: 'eval/nothing' });
  });
  test('evaluates a batch', async () => {
    const answers = JSON.parse(await printed(undefined, { batch: join(folder, 'cases.json') }));
    expect(answers.c1).toEqual({ value: true, type: 'bool' });
    expect(answers.c2.error).toBe('undefined');
  });
});

test('render prints the bytes of the template module', async () => {
  let out = '';
  await renderCommand(
    join(folder, 'x.j2'),
    { directory: '.', vars: join(folder, 'vars.json') },
    { write: (part) => (out += part) },
  );
  expect(out).toBe('- 1\n- 2\n1.0/x\n\n');
});
