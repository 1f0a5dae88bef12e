import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RunEvent } from '../../src/base/events.ts';
import { createReporter } from '../../src/report/create-reporter.ts';
import { openSession } from '../../src/session/session.ts';
import { openStack } from '../../src/stack/open-stack.ts';

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

test('connects while mistakes are looked for, and tells one without waiting for the host, before anything else', async () => {
  const { stack, server } = await silentProject();
  const told: RunEvent[] = [];
  const nowhere = { write: () => true };
  const reporter = {
    ...createReporter({ mode: 'json', stdout: nowhere, stderr: nowhere }),
    emit: (event: RunEvent) => void told.push(event),
  };
  const check = async () => {
    await once(server, 'connection');
    throw new Error('a mistake');
  };
  await expect(openSession(stack, { reporter, clock: () => 0, check })).rejects.toThrow('a mistake');
  expect(told).toEqual([]);
});
