/** Hosts that answer in waves, the last one only when all others are done: nobody may wait for whoever is later than itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { HostLink } from '../../src/apply/work.ts';
import type { GatError } from '../../src/base/errors.ts';
import type { RunEvent } from '../../src/base/events.ts';
import { createReporter } from '../../src/report/create-reporter.ts';
import { applyFresh } from '../../src/session/apply-session.ts';
import type { Links } from '../../src/session/connect.ts';
import { linkedSession } from '../../src/session/linked-session.ts';
import { planAgain } from '../../src/session/saved-plan.ts';
import { findTargets } from '../../src/session/targets.ts';
import { openStack } from '../../src/stack/open-stack.ts';
import { localConnection } from '../../src/transport/local.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-late-'));
  vi.stubEnv('XDG_CACHE_HOME', folder);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A door that opens once. */
function makeDoor() {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), passed };
}

/** When a host does something: at once, or when so many waves have come; dead ones never get a link. */
type Host = { readonly linked: number; readonly told: number; readonly read: number; readonly isDead: boolean };

const LAST = 4;
const wave = fc.integer({ min: 0, max: LAST - 1 });
const lateHost = fc.record({ linked: wave, told: wave, read: wave, isDead: fc.boolean() });
const slowHost = fc.record({
  linked: fc.constantFrom(0, LAST),
  told: fc.constantFrom(0, LAST),
  read: fc.constant(LAST),
  isDead: fc.constant(false),
});
const quickHost: Host = { linked: 0, told: 0, read: 0, isDead: false };

/** The links to hosts that do all they do in their wave. */
function fakeLinks(hosts: readonly Host[], doors: readonly ReturnType<typeof makeDoor>[]): Links {
  const links = new Map<string, HostLink>();
  const unreachable = new Map<string, GatError>();
  const linked = async (index: number): Promise<HostLink | undefined> => {
    const { linked, told, read, isDead } = hosts[index] ?? quickHost;
    const name = `h${index}`;
    await doors[linked]?.passed;
    if (isDead) return undefined;
    const local = localConnection(name);
    let asked = 0;
    const exec: typeof local.exec = async (options) => {
      await doors[asked++ === 0 ? told : read]?.passed;
      return local.exec(options);
    };
    const link = { connection: { ...local, exec }, become: undefined };
    links.set(name, link);
    return link;
  };
  const all = new Map(hosts.map((_, index) => [`h${index}`, linked(index)]));
  const of = async (host: string) => all.get(host);
  return { links, unreachable, of, add: async () => {}, drop: () => {}, close: async () => {} };
}

/** Applies a project to such hosts; each wave comes when all is done that can be without it. */
async function applyTo(hosts: readonly Host[]): Promise<readonly RunEvent[]> {
  const names = hosts.map((_, index) => `h${index}`);
  writeFileSync(join(folder, 'hosts'), names.map((name) => `${name} ansible_connection=local\n`).join(''));
  const task = '{ file: { path: /nowhere/at/all, state: absent } }';
  writeFileSync(join(folder, 'site.yml'), `- hosts: all\n  gather_facts: false\n  tasks: [${task}]\n`);
  const stack = await openStack(['site'], { directory: folder, inventory: [join(folder, 'hosts')] });
  const doors = Array.from({ length: LAST + 1 }, makeDoor);
  const openUpTo = (wave: number): void => {
    for (const door of doors.slice(0, wave + 1)) door.open();
  };
  const lastOf = ({ linked, told, read, isDead }: Host): number =>
    isDead ? linked : Math.max(linked, told, read);
  const events: RunEvent[] = [];
  const ended = new Set<string>();
  const openNext = (): void => {
    const open = hosts.flatMap((host, index) => (ended.has(`h${index}`) || host.isDead ? [] : [lastOf(host)]));
    openUpTo(Math.min(LAST, ...open));
  };
  const emit = (event: RunEvent): void => {
    events.push(event);
    if (event.type === 'done') ended.add(event.host);
    openNext();
  };
  openNext();
  const nowhere = { write: () => true };
  const plain = createReporter({ mode: 'json', stdout: nowhere, stderr: nowhere });
  const options = { reporter: { ...plain, emit }, clock: () => 0, patienceMs: 20 };
  const targets = findTargets(stack.project, stack.plays, stack.hosts);
  const opened = await linkedSession(
    { stack, targets, links: fakeLinks(hosts, doors), facts: new Map() },
    options,
  );
  const { signal } = new AbortController();
  const flags = { who: 'somebody', lockWaitMs: 0, signal, isReviewed: false };
  await applyFresh(planAgain(opened, undefined, options).prepare, options, flags);
  return events;
}

test('all that live are done, each once, in whatever order they answer', { timeout: 300_000 }, async () => {
  const fleet = fc.record({
    quick: fc.integer({ min: 5, max: 6 }),
    late: fc.array(lateHost, { maxLength: 4 }),
    slow: slowHost,
  });
  const check = fc.asyncProperty(fleet, async ({ quick, late, slow }) => {
    const hosts = [...Array.from({ length: quick }, () => quickHost), ...late, slow];
    const done = (await applyTo(hosts)).flatMap((event) => (event.type === 'done' ? [event.host] : []));
    const living = hosts.flatMap(({ isDead }, index) => (isDead ? [] : [`h${index}`]));
    expect(done.sort()).toEqual(living.sort());
  });
  await fc.assert(check, { numRuns: 8 });
});
