import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { RunEvent } from '../../src/base/events.ts';
import { createReporter } from '../../src/report/create-reporter.ts';
import { planSession } from '../../src/session/plan-session.ts';
import { openSession } from '../../src/session/session.ts';
import { openStack } from '../../src/stack/open-stack.ts';
import { home, serve, useSshWorld } from '../support/ssh-world.ts';

/** A project whose one host is a port that accepts and then says nothing. */
async function silentProject() {
  const folder = mkdtempSync(join(tmpdir(), 'gatdeploy-session-'));
  const server = createServer((socket) => onTestFinished(() => void socket.destroy())).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  writeFileSync(join(folder, 'hosts'), `silent ansible_host=127.0.0.1 ansible_port=${port} ansible_user=root\n`);
  writeFileSync(join(folder, 'site.yml'), '- hosts: all\n  roles: []\n');
  const stack = await openStack(['site'], { directory: folder, inventory: [join(folder, 'hosts')] });
  return { stack, server };
}

/** A reporter, and all that it is told. */
function listener() {
  const told: RunEvent[] = [];
  const nowhere = { write: () => true };
  const plain = createReporter({ mode: 'json', stdout: nowhere, stderr: nowhere });
  return { told, reporter: { ...plain, emit: (event: RunEvent) => void told.push(event) } };
}

test('connects while mistakes are looked for, and tells one without waiting for the host, before anything else', async () => {
  const { stack, server } = await silentProject();
  const { told, reporter } = listener();
  const check = async () => {
    await once(server, 'connection');
    throw new Error('a mistake');
  };
  await expect(openSession(stack, { reporter, clock: () => 0, check })).rejects.toThrow('a mistake');
  expect(told).toEqual([]);
});

describe('a host that is known from last time', () => {
  useSshWorld();

  /** A project with a host whose server tells when it is asked; what the host says of itself is remembered. */
  async function knownHost() {
    let tell = (): void => {};
    const untilAsked = () =>
      new Promise<void>((resolve) => {
        tell = resolve;
      });
    const shell = (command: string) => {
      tell();
      return ['/bin/sh', '-c', command] as const;
    };
    const server = await serve({ loginShell: shell });
    home.know(server);
    vi.stubEnv('HOME', home.path);
    vi.stubEnv('XDG_CACHE_HOME', home.path);
    onTestFinished(() => void vi.unstubAllEnvs());
    const vars = 'ansible_host=127.0.0.1 ansible_user=root ansible_password=x';
    writeFileSync(join(home.path, 'hosts'), `web ${vars} ansible_port=${server.port}\n`);
    const task = '{ file: { path: /nowhere/at/all, state: absent } }';
    writeFileSync(join(home.path, 'site.yml'), `- hosts: all\n  gather_facts: false\n  tasks: [${task}]\n`);
    const open = () => openStack(['site'], { directory: home.path, inventory: [join(home.path, 'hosts')] });
    const output = { ...listener(), clock: () => 0 };
    const first = await openSession(await open(), output);
    await planSession(first, output);
    await first.close();
    return { untilAsked, open };
  }

  test('is read while mistakes are looked for, once, by what the plan then goes; a later plan reads anew', async () => {
    const { untilAsked, open } = await knownHost();
    const { told, reporter } = listener();
    const check = async () => {
      await untilAsked();
      expect(told).toEqual([]);
    };
    const options = { reporter, clock: () => 0, check, recall: true };
    const session = await openSession(await open(), options);
    const { plan } = await planSession(session, options);
    expect(plan.entries.map(({ status }) => status)).toEqual(['same']);
    expect(told.map(({ type }) => type)).toEqual(['connecting', 'connected', 'probed']);
    await planSession(session, options);
    expect(told.map(({ type }) => type)).toEqual(['connecting', 'connected', 'probed', 'probed']);
    await session.close();
  });

  test('is not told of when there is a mistake', async () => {
    const { untilAsked, open } = await knownHost();
    const { told, reporter } = listener();
    const check = async () => {
      await untilAsked();
      throw new Error('a mistake');
    };
    await expect(openSession(await open(), { reporter, clock: () => 0, check, recall: true })).rejects.toThrow(
      'a mistake',
    );
    expect(told).toEqual([]);
  });
});
