/** What ansible-core 2.19 answered to each recorded case, value and type, against ours. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluateBatch } from '../../src/cli/eval/batch.ts';
import { controllerAccess } from '../../src/cli/eval/controller-access.ts';
import { NO_ACCESS } from '../../src/render/lookups/access.ts';

type Case = {
  readonly id: string;
  readonly feature: string;
  readonly mode: string;
  readonly input: unknown;
  readonly unordered?: boolean;
  readonly expected: { value?: unknown; type?: string; error?: string; undefined_name?: string };
};

const FILES = [
  'expressions-dev.json',
  'expressions-more.json',
  'expressions-edge.json',
  'expressions-siblings.json',
];

process.env.TZ = 'UTC';
const { now, random } = NO_ACCESS;
const access = {
  ...controllerAccess(['/']),
  environment: (name: string) => (name === 'ORACLE_ENV' ? 'from-env' : undefined),
  now,
  random,
};

function readCases(file: string) {
  const text = readFileSync(new URL(`../fixtures/recorded/${file}`, import.meta.url), 'utf8');
  const { cases } = JSON.parse(text) as { cases: Case[] };
  const answers = JSON.parse(evaluateBatch(text, file, access)) as Record<string, Case['expected']>;
  return cases.map((one) => [one.id, one.feature, one, answers[one.id] ?? {}] as const);
}

const sorted = (value: unknown) =>
  Array.isArray(value) ? value.map((item) => JSON.stringify(item)).sort() : value;

describe.each(FILES)('the recorded answers of Ansible in %s', (file) => {
  test.each(readCases(file))('%s %s', (_id, _feature, one, answer) => {
    const { expected } = one;
    if (expected.error !== undefined) {
      expect(answer.error, `${String(one.input)} must fail`).toBeDefined();
      expect(answer.error === 'undefined').toBe(expected.error === 'undefined');
      if (expected.undefined_name) expect(answer.undefined_name).toBe(expected.undefined_name);
      return;
    }
    const wanted = one.unordered ? sorted(expected.value) : expected.value;
    const got = one.unordered ? sorted(answer.value) : answer.value;
    expect({ ...answer, value: got }).toEqual({ value: wanted, type: expected.type });
  });
});
