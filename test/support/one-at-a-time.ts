import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** This machine is one host, whose lease only one run can have: test files take turns, also those of other checkouts. */
const TURN = join(tmpdir(), 'gatdeploy-test-turn');

/** Runs something that changes this machine when no other test does. */
export async function oneAtATime<T>(run: () => Promise<T>): Promise<T> {
  while (!take()) await wait(20);
  try {
    return await run();
  } finally {
    rmSync(TURN, { recursive: true, force: true });
  }
}

function take(): boolean {
  try {
    mkdirSync(TURN);
    writeFileSync(join(TURN, 'pid'), String(process.pid));
    return true;
  } catch {
    if (isOver()) rmSync(TURN, { recursive: true, force: true });
    return false;
  }
}

/** Whether the process that has the turn is gone. */
function isOver(): boolean {
  try {
    process.kill(Number(readFileSync(join(TURN, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
