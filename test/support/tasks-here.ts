import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nodeOf } from '../../src/base/node.ts';
import { loadProject } from '../../src/project/project.ts';
import { hostScope } from '../../src/project/scope.ts';
import { NO_ACCESS } from '../../src/render/lookups/access.ts';
import type { Resource } from '../../src/resources/index.ts';
import { projectFiles } from '../../src/stack/project-files.ts';
import { createSlots } from '../../src/tasks/memory.ts';
import { compilePlay } from '../../src/tasks/play.ts';
import { facts } from './facts-here.ts';
import { runHere } from './run-here.ts';

const ansibleFacts = {
  os_family: 'Debian',
  distribution: 'Debian',
  distribution_major_version: '12',
  hostname: 'here',
  pkg_mgr: 'apt',
  service_mgr: 'systemd',
};

export type Files = Readonly<Record<string, string | Buffer>>;

export type Options = {
  readonly roles?: readonly Resource[];
  readonly tags?: { readonly only?: readonly string[]; readonly skip?: readonly string[] };
  readonly user?: string;
  readonly folder?: string;
};

/** Makes a project of these files in a folder of its own, which the caller removes. */
export function makeProject(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatdeploy-tasks-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Compiles the first play of `site.yml` for the host `here`; `DIR` in the files stands for the project's folder. */
export async function compileHere(folder: string, options: Options = {}) {
  const project = await loadProject(folder, { inventory: ['here,there,'], playbook: 'site.yml' });
  const play = project.playbook('site.yml').plays[0];
  if (!play) throw new Error('no play');
  const scope = hostScope(project, 'here', {
    play,
    facts: nodeOf(ansibleFacts, { file: 'facts', line: 1, column: 0 }, false),
  });
  const warnings: string[] = [];
  const compiled = compilePlay(play, [{ kind: 'native', resources: options.roles ?? [] }], {
    host: 'here',
    facts: { ...facts, loginUser: options.user ?? 'root' },
    scope,
    access: NO_ACCESS,
    files: projectFiles(project.loader, [folder]),
    keywords: play.keywords,
    when: play.when,
    tags: { only: options.tags?.only ?? [], skip: options.tags?.skip ?? [] },
    handlers: play.handlers,
    isFirst: true,
    isHost: (name) => name === 'localhost' || project.inventory.host(name) !== undefined,
    role: () => undefined,
    searchedRoles: () => [],
    past: { ends: [], declared: () => undefined },
    learntOnce: new Map(),
    slotOf: createSlots()('here'),
    readings: new Map(),
    warn: (text) => warnings.push(text),
    tell: (title, text) => warnings.push(`${title}: ${text}`),
  });
  return { resources: compiled.resources.get('here') ?? [], compiled, warnings };
}

/** Compiles a playbook of one play and applies it on this machine. */
export async function applyHere(folder: string, options: Options = {}) {
  const { resources, warnings } = await compileHere(folder, options);
  return { ...(await runHere(resources)), warnings, resources };
}

/** Removes a project's folder. */
export function removeProject(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
