/** Precedence and vault: real Ansible's answers for variables, case by case. */

import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { GatError, Problems } from '../../src/base/errors.ts';
import { decodeUtf8, readBytes } from '../../src/project/files.ts';
import { hostVariables } from '../../src/project/host-variables.ts';
import { renderJson } from '../../src/project/json-text.ts';
import { loadProject } from '../../src/project/project.ts';
import {
  exactExpected,
  makeExecutable,
  parseExact,
  type RecordedCase,
  recordedCases,
  withFolder,
} from './recorded.ts';

type Expected = {
  readonly hosts?: Record<string, unknown>;
  readonly targeted?: Record<string, boolean>;
  readonly plays?: Record<string, Record<string, unknown>>;
  readonly vars?: unknown;
  readonly plaintext?: string;
  readonly error?: string;
};

/** How a leaf failed matters only as far as the contract goes: undefined, or another error. */
function sameErrors(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sameErrors);
  if (value === null || typeof value !== 'object') return value;
  const kind = (value as Record<string, unknown>).__error__;
  if (kind !== undefined) return { __error__: kind === 'undefined' ? 'undefined' : 'error' };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sameErrors(item)]));
}

const shownOf = (value: Parameters<typeof renderJson>[0]) =>
  sameErrors(parseExact(renderJson(value, { showSecrets: true, keepTypes: true })));

function extraVarsOf({ extra_vars }: RecordedCase): string[] {
  if (extra_vars === undefined) return [];
  return Array.isArray(extra_vars) ? extra_vars.map(String) : [JSON.stringify(extra_vars)];
}

async function loadCase(one: RecordedCase, folder: string) {
  makeExecutable(folder, one.executable ?? []);
  const secrets = one.secrets ?? [];
  return loadProject(folder, {
    inventory: one.sources ?? ('ansible.cfg' in one.files ? [] : ['hosts']),
    environment: one.environment ?? {},
    extraVars: extraVarsOf(one),
    vaultIds: secrets.filter((secret) => secret.includes('@')),
    vaultPasswordFiles: secrets.filter((secret) => !secret.includes('@')),
    ...('site.yml' in one.files ? { playbook: 'site.yml' } : {}),
  });
}

const isUserError = (error: unknown) => error instanceof GatError || error instanceof Problems;

describe.each(['precedence-dev.json', 'precedence-more.json'])('variables have Ansible values: %s', (file) => {
  const wanted = exactExpected(file) as Map<string, Expected>;
  const cases = recordedCases(file).filter((one) => one.kind === 'vars');
  test.each(cases.map((one) => [`${one.id} ${one.feature}`, one] as const))('%s', async (_title, one) => {
    await withFolder(one.files, async (folder) => {
      const expected = wanted.get(one.id) ?? {};
      const project = await loadCase(one, folder);
      const evaluate = () =>
        new Map(
          [...project.inventory.hosts.keys()].map((host) => [
            host,
            hostVariables(project, host, { playbook: 'site.yml' }),
          ]),
        );
      if (expected.error !== undefined) return void expect(evaluate).toThrow();
      expect(shownOf(evaluate())).toEqual(sameErrors(expected.hosts));
    });
  });
});

describe('vault values decrypt as in Ansible', () => {
  const wanted = exactExpected('vault-dev.json') as Map<string, Expected>;
  const cases = recordedCases('vault-dev.json');
  const decrypts = cases.filter((one) => one.kind === 'decrypt');
  test.each(decrypts.map((one) => [`${one.id} ${one.feature}`, one] as const))('%s', async (_title, one) => {
    await withFolder(one.files, async (folder) => {
      const expected = wanted.get(one.id) ?? {};
      const project = await loadCase(one, folder);
      const decrypt = () => {
        const bytes = readBytes(path.join(folder, one.target ?? ''), one.target ?? '');
        return decodeUtf8(project.vault.decryptFile(bytes, one.target ?? ''), '');
      };
      if (expected.error === undefined) expect(decrypt()).toBe(expected.plaintext);
      else expect(decrypt).toThrow(GatError);
    });
  });

  const vars = cases.filter((one) => one.kind === 'vars');
  test.each(vars.map((one) => [`${one.id} ${one.feature}`, one] as const))('%s', async (_title, one) => {
    await withFolder(one.files, async (folder) => {
      const expected = wanted.get(one.id) ?? {};
      const evaluate = async () => {
        const project = await loadCase(one, folder);
        return hostVariables(project, 'h1', 'site.yml' in one.files ? { playbook: 'site.yml' } : {});
      };
      if (expected.error !== undefined) {
        await expect(evaluate()).rejects.toSatisfy(isUserError);
        return;
      }
      expect(shownOf(await evaluate())).toEqual(sameErrors(expected.vars));
    });
  });
});
