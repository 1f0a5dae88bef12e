import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/base/events.ts';
import { Secret } from '../../src/base/secret.ts';
import { closedGate } from '../../src/session/gate.ts';

const connecting: RunEvent = { type: 'connecting', at: 1, host: 'a' };
const connected: RunEvent = { type: 'connected', at: 2, host: 'a', ms: 1 };

test('tells nothing while it is closed, and all in order once it is open', () => {
  const told: RunEvent[] = [];
  const gate = closedGate((event) => told.push(event), undefined);
  gate.emit(connecting);
  expect(told).toEqual([]);
  gate.open();
  gate.emit(connected);
  expect(told).toEqual([connecting, connected]);
});

test('asks nobody for a passphrase before it is open', async () => {
  const asked: string[] = [];
  const gate = closedGate(
    () => {},
    async (question) => {
      asked.push(question);
      return new Secret('correct horse');
    },
  );
  const answer = gate.prompt?.('passphrase: ');
  await Promise.resolve();
  expect(asked).toEqual([]);
  gate.open();
  expect((await answer)?.reveal()).toBe('correct horse');
  expect(asked).toEqual(['passphrase: ']);
});
