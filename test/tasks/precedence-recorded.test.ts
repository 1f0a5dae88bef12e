/** Ansible's precedence with tasks and roles, against what Ansible itself said. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { runProbes } from '../support/probes.ts';
import { makeProject, removeProject } from '../support/tasks-here.ts';

type Case = {
  readonly id: string;
  readonly feature: string;
  readonly kind: string;
  readonly files: Readonly<Record<string, string>>;
  readonly extra_vars?: Readonly<Record<string, unknown>>;
  readonly expected: { readonly probes: readonly { host: string; msg?: unknown; failed?: boolean }[] };
};

const read = (name: string): readonly Case[] =>
  JSON.parse(readFileSync(new URL(`../fixtures/recorded/${name}`, import.meta.url), 'utf8')).cases;

const cases = [...read('precedence-dev.json'), ...read('precedence-tasks.json')].filter(
  ({ kind }) => kind === 'run',
);

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) removeProject(folder);
});

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

describe.runIf(process.getuid?.() === 0)('playbooks with tasks', { timeout: 60_000 }, () => {
  test.each(cases.map((one) => [one.id, one.feature, one] as const))('%s: %s', async (_id, _feature, one) => {
    const folder = makeProject(one.files);
    folders.push(folder);
    const extra = one.extra_vars === undefined ? [] : [JSON.stringify(one.extra_vars)];
    const { said, failures } = await runProbes(folder, extra);
    const wanted = one.expected.probes.flatMap(({ host, msg }) =>
      msg === undefined ? [] : [`${host}: ${shown(msg)}`],
    );
    expect(failures).toEqual([]);
    // What is known beforehand is told beforehand; all else in its turn.
    expect([...said].sort()).toEqual([...wanted].sort());
  });
});
