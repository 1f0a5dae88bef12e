/** The key that saved plans are sealed with: GATDEPLOY_PLAN_KEY, or a file of the user's own that is made when it is missing. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { givenEnvironment } from '../base/environment.ts';
import { GatError } from '../base/errors.ts';
import { Secret } from '../base/secret.ts';

const SHORTEST = 16;

/** Reads the key, and makes it if there is none. @throws GatError plan/weak-key, plan/no-key */
export function planKey(): Secret {
  const given = givenEnvironment().GATDEPLOY_PLAN_KEY?.trim();
  if (given !== undefined && given.length < SHORTEST) throw weakKey();
  return new Secret(given ?? ownKey());
}

function ownKey(): string {
  const folder = path.join(process.env.XDG_STATE_HOME || path.join(homedir(), '.local', 'state'), 'gatdeploy');
  const file = path.join(folder, 'plan.key');
  try {
    return readKey(file) ?? makeKey(folder, file);
  } catch (error) {
    throw noKey(file, error);
  }
}

function readKey(file: string): string | undefined {
  try {
    const key = readFileSync(file, 'utf8').trim();
    return key.length < SHORTEST ? undefined : key;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Of two commands that make it at the same time the first one wins, and the other one uses its key. */
function makeKey(folder: string, file: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  try {
    linkSync(own, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(own, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}

function weakKey(): GatError {
  return new GatError({
    code: 'plan/weak-key',
    what: `cannot use GATDEPLOY_PLAN_KEY: it has fewer than ${SHORTEST} characters`,
    fix: 'make one with: openssl rand -hex 32',
  });
}

function noKey(file: string, cause: unknown): GatError {
  return new GatError({
    code: 'plan/no-key',
    what: `cannot read or make the key of saved plans, ${file}`,
    why: cause instanceof Error ? cause.message : String(cause),
    fix: 'give one by GATDEPLOY_PLAN_KEY, or let the folder be written',
    cause,
  });
}
